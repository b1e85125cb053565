package io.meridian.control.switching;

import static io.meridian.control.switching.MoveLab.EAST;
import static io.meridian.control.switching.MoveLab.WEST;
import static io.meridian.control.switching.StateName.HOLDING;
import static io.meridian.control.switching.StateName.PREPARED;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.state.AgentObservation;
import io.meridian.topology.Limits;
import io.meridian.topology.MaintenanceWindow;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.Topology;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class GatesTest {
    private static final Limits NONE = Limits.NONE;

    private static Topology topology(
            List<Topology.Zone> zones, Limits limits, SafetyRules rules, List<MaintenanceWindow> windows) {
        Topology plain = MoveLab.topology();
        return new Topology(
                plain.name(),
                plain.shards(),
                plain.regions(),
                plain.storeGroups(),
                zones,
                plain.services(),
                plain.tables(),
                plain.gateways(),
                List.of(),
                limits,
                rules,
                windows);
    }

    /** In requests per second, of which each of the 8 shards has 100. */
    private static Topology withCapacity(int east1, int east2, int west1) {
        List<Integer> capacities = List.of(east1, east2, west1);
        var zones = new java.util.ArrayList<Topology.Zone>();
        for (int at = 0; at < capacities.size(); at++) {
            Topology.Zone zone = MoveLab.topology().zones().get(at);
            zones.add(new Topology.Zone(
                    zone.id(),
                    zone.region(),
                    zone.weight(),
                    zone.endpoints(),
                    OptionalInt.of(capacities.get(at)),
                    List.of(),
                    false,
                    Optional.empty()));
        }
        var load = new Limits(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(800));
        return topology(zones, load, SafetyRules.NONE, List.of());
    }

    /** The lab's days begin on a Thursday, 2026-01-01 at midnight. */
    private static Topology withWindow(DayOfWeek day) {
        return topology(
                MoveLab.topology().zones(),
                NONE,
                SafetyRules.NONE,
                List.of(new MaintenanceWindow(List.of(day), LocalTime.of(0, 0), LocalTime.of(4, 0), List.of(WEST))));
    }

    private static AgentObservation west(
            boolean connected, boolean known, String problem, long lease, AgentObservation.Measures measures) {
        var lags = new TreeMap<>(java.util.Map.of(EAST, 10L));
        return new AgentObservation(
                WEST, "main", "s-west", "n", connected, known, true, true, problem, lease, lags, List.of(), 0,
                measures);
    }

    private static void sees(MoveLab lab, AgentObservation agent) {
        lab.accept(new Command.Observe(lab.tick(), List.of(agent), List.of()));
    }

    private static AgentObservation.Measures measures(long behind, long clock) {
        return new AgentObservation.Measures(true, new TreeMap<>(java.util.Map.of(EAST, behind)), Optional.of(clock));
    }

    private static final AgentObservation.Measures UNKNOWN =
            new AgentObservation.Measures(true, new TreeMap<>(), Optional.empty());

    record Case(
            String closes,
            Topology topology,
            Consumer<MoveLab> when,
            Gate.Name gate,
            String value,
            String limit,
            Gate.Standing standing,
            boolean soft,
            String says) {
        @Override
        public String toString() {
            return closes;
        }
    }

    private static Case on(
            String closes,
            Consumer<MoveLab> when,
            Gate.Name gate,
            String value,
            String limit,
            Gate.Standing standing,
            boolean soft,
            String says) {
        return new Case(closes, MoveLab.topology(), when, gate, value, limit, standing, soft, says);
    }

    private static final Gate.Standing CLOSED = Gate.Standing.CLOSED;

    static final List<Case> CLOSED_ONES = List.of(
            on(
                    "lag in time",
                    lab -> lab.agent(WEST, true, 5000),
                    Gate.Name.LAG,
                    "5000 ms",
                    "2000 ms",
                    CLOSED,
                    true,
                    "replication from east to west is 5000 ms behind"),
            new Case(
                    "lag in records",
                    topology(
                            MoveLab.topology().zones(),
                            new Limits(
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(100),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty()),
                            SafetyRules.NONE,
                            List.of()),
                    lab -> sees(lab, west(true, true, "", 9000, measures(101, 0))),
                    Gate.Name.LAG_RECORDS,
                    "101",
                    "100",
                    CLOSED,
                    true,
                    "101 records behind, limit 100"),
            on(
                    "records that nobody told",
                    lab -> sees(lab, west(true, true, "", 9000, UNKNOWN)),
                    Gate.Name.LAG_RECORDS,
                    "unknown",
                    "none declared",
                    Gate.Standing.UNKNOWN,
                    true,
                    "its lag is unknown"),
            on(
                    "a clock that nobody read",
                    lab -> sees(lab, west(true, true, "", 9000, UNKNOWN)),
                    Gate.Name.CLOCK,
                    "unknown",
                    "1000 ms",
                    Gate.Standing.UNKNOWN,
                    true,
                    "unknown until it renews its lease"),
            on(
                    "a clock that is off",
                    lab -> sees(lab, west(true, true, "", 9000, measures(0, -1500))),
                    Gate.Name.CLOCK,
                    "-1500 ms",
                    "1000 ms",
                    CLOSED,
                    true,
                    "look at both clocks"),
            on(
                    "a fence out of reach",
                    lab -> sees(lab, west(false, true, "", 9000, measures(0, 0))),
                    Gate.Name.FENCE,
                    "not connected",
                    "reachable",
                    CLOSED,
                    false,
                    "its fence cannot be reached"),
            on(
                    "health that nobody told",
                    lab -> sees(lab, west(true, false, "", 9000, measures(0, 0))),
                    Gate.Name.AGENT,
                    "unknown",
                    "captures and applies",
                    Gate.Standing.UNKNOWN,
                    false,
                    "has not told its health yet: unknown"),
            on(
                    "an agent with a problem",
                    lab -> sees(lab, west(true, true, "slot lost", 9000, measures(0, 0))),
                    Gate.Name.AGENT,
                    "slot lost",
                    "captures and applies",
                    CLOSED,
                    false,
                    "has a problem: slot lost"),
            on(
                    "a lease that ran out",
                    lab -> sees(lab, west(true, true, "", 0, measures(0, 0))),
                    Gate.Name.LEASE,
                    "0 ms left",
                    "valid",
                    CLOSED,
                    false,
                    "region west has no valid lease"),
            on(
                    "a router that is not connected",
                    lab -> lab.router("west-router", WEST, false, 0, 0),
                    Gate.Name.ROUTERS,
                    "not connected",
                    "connected",
                    CLOSED,
                    false,
                    "may still route"),
            new Case(
                    "a time outside the windows",
                    withWindow(DayOfWeek.FRIDAY),
                    _ -> {},
                    Gate.Name.WINDOW,
                    "2026-01-01T00:00",
                    "[FRIDAY] 00:00 to 04:00",
                    CLOSED,
                    true,
                    "outside its maintenance windows"),
            new Case(
                    "a target without room",
                    withCapacity(800, 800, 400),
                    _ -> {},
                    Gate.Name.HEADROOM,
                    "500 rps",
                    "400 rps",
                    CLOSED,
                    true,
                    "zone west-1 would serve 500 requests per second, its capacity is 400"),
            new Case(
                    "no room when a region is lost",
                    withCapacity(800, 800, 700),
                    _ -> {},
                    Gate.Name.HEADROOM,
                    "700 rps",
                    "800 rps",
                    CLOSED,
                    true,
                    "without region east the others could serve 700 of 800"));

    @ParameterizedTest
    @FieldSource("CLOSED_ONES")
    void aClosedGateTellsValueLimitAndWhatHelpsAndKeepsTheRunFromStarting(Case each) {
        MoveLab lab = MoveLab.ready(each.topology());
        each.when().accept(lab);

        lab.start("0-2", "west-1");

        assertThat(lab.name()).isEqualTo(PREPARED);
        assertThat(Gates.of(lab.state(), lab.run(), lab.tick()))
                .filteredOn(gate -> gate.name() == each.gate() && !gate.open())
                .anySatisfy(gate -> {
                    assertThat(gate.value()).startsWith(each.value());
                    assertThat(gate.limit()).isEqualTo(each.limit());
                    assertThat(gate.standing()).isEqualTo(each.standing());
                    assertThat(gate.soft()).isEqualTo(each.soft());
                    assertThat(gate.says()).contains(each.says());
                });
    }

    @Test
    void everyGateIsShownWhenAllAreOpen() {
        MoveLab lab = MoveLab.ready(withCapacity(800, 800, 800));
        lab.start("0-2", "west-1");
        assertThat(lab.name()).isEqualTo(HOLDING);

        List<Gate> gates = Gates.of(lab.state(), lab.run(), lab.tick());

        assertThat(gates).allMatch(Gate::open);
        assertThat(gates.stream().map(Gate::name).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(Gate.Name.class));
    }

    @Test
    void aWindowThatOpensLetsTheRunStart() {
        MoveLab lab = MoveLab.ready(withWindow(DayOfWeek.FRIDAY));
        lab.start("0-2", "west-1");
        assertThat(lab.name()).isEqualTo(PREPARED);

        lab.accept(new Command.Confirm(lab.tick().plusSeconds(24 * 3600)));

        assertThat(lab.name()).isEqualTo(HOLDING);
    }

    @Test
    void aRunInsideARegionLooksAtNoAgent() {
        MoveLab lab = MoveLab.ready();
        lab.agent(WEST, false, 5000);
        lab.agent(EAST, false, 5000);

        lab.start("0-1", "east-2");

        assertThat(lab.name()).isEqualTo(StateName.ROUTED);
    }

    private static Topology ruled(SafetyRules rules) {
        return topology(MoveLab.topology().zones(), NONE, rules, List.of());
    }

    record Ruled(SafetyRules rules, String shards, String to, String says) {}

    static final List<Ruled> BREAKING = List.of(
            new Ruled(
                    new SafetyRules(Optional.of(2), false),
                    "6-7",
                    "east-1",
                    "only 1 regions would serve shards, and safetyRules.minRegionsWithCapacity is 2"),
            new Ruled(
                    new SafetyRules(Optional.empty(), true),
                    "0-5",
                    "west-1",
                    "no zone of city alpha would serve shards, and safetyRules.neverAllZonesOfCity forbids that"));

    @ParameterizedTest
    @FieldSource("BREAKING")
    void aRunThatLeadsToAStateAgainstTheRulesIsRefused(Ruled each) {
        MoveLab lab = MoveLab.ready(ruled(each.rules()));

        Problem why = lab.refuse(lab.move(each.shards(), each.to()));

        assertThat(why.type()).isEqualTo(ProblemType.SAFETY_RULE_BROKEN);
        assertThat(why.detail()).contains(each.says());
        lab.start("0-1", "west-1");
        assertThat(lab.name()).as("one that keeps them goes").isEqualTo(HOLDING);
    }

    @Test
    void rulesAreLookedAtAgainBeforeEachWave() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");
        lab.accept(new Command.ApplyTopology("rules", lab.tick(), ruled(new SafetyRules(Optional.of(2), false))));
        lab.routersCaughtUp();
        lab.accept(lab.closed(EAST, 0, 1, 2));
        lab.accept(lab.applied(WEST, 1, 0, 1, 2));
        lab.accept(lab.opened(WEST, 0, 1, 2));

        lab.routersCaughtUp();

        assertThat(lab.name()).isEqualTo(PREPARED);
        assertThat(Gates.inTheWay(lab.state(), lab.run(), lab.tick()))
                .singleElement()
                .asString()
                .startsWith("only 1 regions would serve");
    }

    @Test
    void whileTheBrakeIsOnNoRunStartsAndNoFurtherWaveDoesButTheWaveUnderWayEnds() {
        MoveLab lab = MoveLab.ready();
        lab.start("0-5", "west-1");
        lab.accept(new Command.Brake("b", lab.tick(), "payday"));

        lab.routersCaughtUp();
        lab.accept(lab.closed(EAST, 0, 1, 2));
        lab.accept(lab.applied(WEST, 1, 0, 1, 2));
        lab.accept(lab.opened(WEST, 0, 1, 2));
        lab.routersCaughtUp();

        assertThat(lab.name()).isEqualTo(PREPARED);
        assertThat(lab.run().counts().moved()).isEqualTo(3);
        assertThat(SwitchTable.limits(lab.state(), lab.run())).isEmpty();
        lab.pass(SwitchTable.Deadline.LIMIT);
        assertThat(lab.run().ended()).isFalse();
        Problem why = lab.refuse(lab.move("6", "east-1"));
        assertThat(why.type()).isEqualTo(ProblemType.BRAKE_ON);
        assertThat(why.detail()).contains("payday");
        lab.accept(new Command.ReleaseBrake("r", lab.tick()));
        assertThat(lab.name()).isEqualTo(HOLDING);
    }

    @Test
    void aBrakeKeepsItsFirstReasonAndReleasingTwiceChangesNothing() {
        MoveLab lab = MoveLab.ready();
        lab.accept(new Command.Brake("b1", lab.tick(), "payday"));
        lab.accept(new Command.Brake("b2", lab.tick(), "something else"));
        assertThat(lab.state().safety().brake().orElseThrow().reason()).isEqualTo("payday");

        lab.accept(new Command.ReleaseBrake("r1", lab.tick()));
        lab.accept(new Command.ReleaseBrake("r2", lab.tick()));

        assertThat(lab.state().safety().brake()).isEmpty();
        assertThat(lab.refuse(new Command.Brake("b3", lab.tick(), " ")).type()).isEqualTo(ProblemType.INVALID_ARGUMENT);
    }

    @Test
    void theTopologysLimitsGoBeforeTheConfigurationAndWhatWasAskedBeforeThem() {
        var declared = new Limits(
                Optional.of(2),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(1),
                Optional.empty());
        MoveLab lab = MoveLab.ready(topology(MoveLab.topology().zones(), declared, SafetyRules.NONE, List.of()));
        Command.StartMove plain = lab.move("0-3", "west-1");
        lab.accept(plain);
        assertThat(lab.run().plan().waves()).as("2 declared, 3 configured").hasSize(2);
        assertThat(lab.refuse(lab.move("6", "east-1")).type()).isEqualTo(ProblemType.TOO_MANY_RUNS);
        lab.cancel();

        lab.accept(new Command.StartMove(
                "asked",
                lab.tick(),
                "0-3",
                "west-1",
                plain.limits(),
                new MoveOptions(Optional.of(4), Optional.empty(), false, false)));

        assertThat(lab.run().plan().waves()).as("4 asked").hasSize(1);
    }
}
