package io.meridian.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.audit.AuditEntry;
import io.meridian.control.automatic.Advice;
import io.meridian.control.automatic.Hold;
import io.meridian.control.automatic.Holds;
import io.meridian.control.automatic.Sight;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.feed.FakeAgent;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.topology.FailoverPolicy;
import io.meridian.topology.FailoverRules;
import io.meridian.topology.Limits;
import io.meridian.topology.LossBound;
import io.meridian.topology.RegionId;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes and three agents over the real feed; one region falls silent, and nobody asks for anything. */
class AutomaticFailoverIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final RegionId EAST = RegionId.of("east");
    private static final Actor ALICE = Actor.of("alice", List.of(Role.OPERATOR));

    @TempDir
    private Path folder;

    private ThreeNodes nodes;
    private final Map<String, FakeAgent> agents = new HashMap<>();
    private int keys;

    @BeforeEach
    void nodes() throws Exception {
        nodes = new ThreeNodes(folder);
    }

    @AfterEach
    void gone() throws Exception {
        agents.values().forEach(FakeAgent::close);
        nodes.close();
    }

    private void begin(FailoverPolicy.Mode mode, int perHour) throws Exception {
        submit(new Command.ApplyTopology("topology", Instant.now(), topology(mode, perHour)));
        attach("east", "west", "north");
        attach("west", "east", "north");
        attach("north", "east", "west");
        until(state -> state.agents().size() == 3
                && state.agents().values().stream().allMatch(agent -> agent.connected() && agent.healthKnown())
                && state.leases().values().stream().allMatch(lease -> lease.renewals() > 0));
    }

    private void attach(String region, String... others) {
        agents.put(region, new FakeAgent(region, List.of(others), nodes.feedPorts()));
    }

    private FakeAgent agent(String region) {
        return Objects.requireNonNull(agents.get(region));
    }

    private static Topology topology(FailoverPolicy.Mode mode, int perHour) {
        List<RegionId> regions = List.of(EAST, RegionId.of("west"), RegionId.of("north"));
        var policy = new FailoverPolicy(mode, new LossBound(Optional.empty(), Optional.of(60_000L)));
        return new Topology(
                "automatic",
                96,
                regions.stream()
                        .map(region -> new Topology.Region(region, region + "-city", OptionalInt.empty(), policy))
                        .toList(),
                List.of(new Topology.StoreGroup("main", 4)),
                regions.stream()
                        .map(region -> new Topology.Zone(ZoneId.of(region + "-1"), region, 1, List.of("127.0.0.1:1")))
                        .toList(),
                List.of(new Topology.Service("ledger", List.of("header:x-user-key"))),
                List.of(new Topology.Table("public", "account", "user_key", "main")),
                List.of(),
                List.of(),
                Limits.NONE,
                SafetyRules.NONE,
                List.of(),
                new FailoverRules(WINDOW, perHour));
    }

    private void submit(Command command) throws Exception {
        assertThat(nodes.submit(command)).isInstanceOf(Outcome.Committed.class);
    }

    private String key() {
        return "it-" + ++keys;
    }

    private ControlState state() throws Exception {
        return nodes.leader().applied().current();
    }

    private ControlState until(Predicate<ControlState> so) throws Exception {
        return Await.until(SOON, this::state, so);
    }

    private void eastFallsSilent() {
        agent("east").close();
        agent("west").hears("east", 9000);
        agent("north").hears("east", 9000);
    }

    private static Advice advice(ControlState state) {
        return state.automatic().advice(EAST).orElseThrow();
    }

    private static List<Hold.Name> holds(ControlState state) {
        return Holds.of(state, state.declared().orElseThrow().topology(), advice(state), Instant.now()).stream()
                .map(Hold::name)
                .toList();
    }

    private static boolean advised(ControlState state) {
        return state.automatic().advice(EAST).isPresent();
    }

    private static boolean runs(ControlState state) {
        return state.runs().stream()
                .flatMap(run -> run.failover().stream())
                .anyMatch(failover -> failover.region().equals(EAST));
    }

    private static List<String> audit(ControlState state) {
        return state.audit().entries().stream().map(AuditEntry::what).toList();
    }

    @Test
    void aRegionThatFallsSilentIsRecommendedOnEveryNodeAndNoMoreWhenItIsBack() throws Exception {
        begin(FailoverPolicy.Mode.RECOMMEND, 2);

        eastFallsSilent();
        ControlState lost = until(AutomaticFailoverIT::advised);

        assertThat(advice(lost).sights())
                .extracting(sight -> sight.from().name(), Sight::kind, Sight::says)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "west", Sight.Kind.SILENT, "west has heard nothing from east for 9.0 s"),
                        org.assertj.core.groups.Tuple.tuple(
                                "north", Sight.Kind.SILENT, "north has heard nothing from east for 9.0 s"));
        assertThat(holds(lost)).containsExactly(Hold.Name.POLICY);
        Await.until(
                SOON,
                () -> nodes.alive(),
                alive -> alive.size() == 3 && alive.stream().allMatch(this::advisedAt));
        assertThat(runs(state())).isFalse();

        attach("east", "west", "north");
        ControlState back = until(state -> !advised(state));

        assertThat(runs(back)).isFalse();
        assertThat(audit(back)).anyMatch(what -> what.startsWith("recommend to fail over east, which looks lost"));
        assertThat(audit(back)).contains("recommend no more to fail over east");
    }

    private boolean advisedAt(RaftNode node) {
        return advised(node.applied().current());
    }

    @Test
    void whereItIsAutomaticARegionThatFallsSilentIsFailedOverWithoutAnybodyAndTripsAsDeclared() throws Exception {
        begin(FailoverPolicy.Mode.AUTO, 1);

        eastFallsSilent();
        ControlState begun = until(AutomaticFailoverIT::runs);

        assertThat(begun.lease(EAST, "main").orElseThrow().lease()).isEqualTo(RegionLease.Lease.REVOKING);
        AuditEntry entry = begun.audit().entries().getLast();
        assertThat(entry.who()).isEqualTo("automatic failover");
        assertThat(entry.what()).isEqualTo("fail over east, losing at most 60000ms");
        assertThat(entry.why()).contains("west has heard nothing from east").contains("north has heard nothing");
        assertThat(entry.outcome()).isEqualTo("done: mv-1");
        assertThat(begun.automatic().tripped().orElseThrow().why())
                .isEqualTo("1 within an hour, the last was mv-1 of region east; failover.perHour is 1");

        submit(new Command.Asked(ALICE, "", new Command.AcknowledgeFailovers(key(), Instant.now())));
        assertThat(state().automatic().tripped()).isEmpty();
        assertThat(state().runs()).hasSize(1);
    }

    @Test
    void theBrakeHoldsItAndItGoesOnWhenItIsReleased() throws Exception {
        begin(FailoverPolicy.Mode.AUTO, 2);
        submit(new Command.Brake(key(), Instant.now(), "exercise"));

        eastFallsSilent();
        ControlState lost = until(AutomaticFailoverIT::advised);

        assertThat(holds(lost)).containsExactly(Hold.Name.BRAKE);
        assertThat(runs(lost)).isFalse();

        submit(new Command.ReleaseBrake(key(), Instant.now()));
        assertThat(until(AutomaticFailoverIT::runs).activeRuns()).hasSize(1);
    }

    @Test
    void nothingIsDoneWhileMostRegionsAreSilentAndItIsWhenThereIsAMajorityAgain() throws Exception {
        begin(FailoverPolicy.Mode.AUTO, 2);

        agent("east").close();
        agent("north").close();
        agent("west").hears("east", 9000);
        agent("west").hears("north", 9000);
        Instant silent = Instant.now();
        ControlState later = until(_ -> Instant.now().isAfter(silent.plus(WINDOW.multipliedBy(4))));
        assertThat(later.automatic().advices()).isEmpty();
        assertThat(later.runs()).isEmpty();

        agent("west").hears("north", 100);
        attach("north", "east", "west");
        agent("north").hears("east", 9000);

        assertThat(until(AutomaticFailoverIT::runs).activeRuns()).hasSize(1);
    }

    @Test
    void oneOtherRegionThatHearsItIsEnoughForNothingToBeDone() throws Exception {
        begin(FailoverPolicy.Mode.AUTO, 2);

        agent("east").close();
        agent("west").hears("east", 9000);
        agent("north").hears("east", 150);
        Instant silent = Instant.now();
        ControlState later = until(_ -> Instant.now().isAfter(silent.plus(WINDOW.multipliedBy(4))));

        assertThat(later.automatic().advices()).isEmpty();
        assertThat(later.runs()).isEmpty();
    }

    @Test
    void aNewLeaderCountsFromItsElectionOn() throws Exception {
        begin(FailoverPolicy.Mode.AUTO, 2);
        submit(new Command.Brake(key(), Instant.now(), "exercise"));
        eastFallsSilent();
        until(AutomaticFailoverIT::advised);

        Instant killed = Instant.now();
        nodes.kill(nodes.leader().name());
        submit(new Command.ReleaseBrake(key(), Instant.now()));
        assertThat(advised(state())).as("what the old leader saw is shown on").isTrue();
        ControlState begun = until(AutomaticFailoverIT::runs);

        assertThat(begun.runs().getFirst().startedAt())
                .isAfter(killed.plus(WINDOW.multipliedBy(FailoverRules.WINDOWS)));
    }
}
