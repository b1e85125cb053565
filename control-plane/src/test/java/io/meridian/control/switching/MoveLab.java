package io.meridian.control.switching;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.assignment.Reassignment;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decision;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.EventApplier;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.ShardState;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A state and the commands that tests put to it. Two regions, east with two zones, 8 shards: 0-3 at east-1, 4-5 at east-2, 6-7 at west-1. */
public final class MoveLab {
    public static final RegionId EAST = RegionId.of("east");
    public static final RegionId WEST = RegionId.of("west");
    static final Plan.MoveLimits LIMITS = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 3);

    private ControlState state = ControlState.empty();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int keys;

    public static Topology topology() {
        return new Topology(
                "lab",
                8,
                List.of(new Topology.Region(EAST, "alpha"), new Topology.Region(WEST, "beta")),
                List.of(new Topology.StoreGroup("main", 4)),
                List.of(zone("east-1", EAST, 4), zone("east-2", EAST, 2), zone("west-1", WEST, 2)),
                List.of(new Topology.Service("ledger", List.of("header:x-user-key"))),
                List.of(new Topology.Table("public", "account", "user_key", "main")),
                List.of());
    }

    public static Topology.Zone zone(String name, RegionId region, int weight) {
        return new Topology.Zone(ZoneId.of(name), region, weight, List.of("127.0.0.1:1"));
    }

    /** Topology, routers and agents are there and well. */
    public static MoveLab ready() {
        return ready(topology());
    }

    /** @param topology of regions east and west */
    public static MoveLab ready(Topology topology) {
        var lab = new MoveLab();
        lab.accept(new Command.ApplyTopology("topology", lab.tick(), topology));
        lab.routersAt(0);
        for (Topology.StoreGroup group : topology.storeGroups()) {
            lab.agent(EAST, group.name(), true, 10, Optional.of(0L));
            lab.agent(WEST, group.name(), true, 10, Optional.of(0L));
        }
        return lab;
    }

    public ControlState state() {
        return state;
    }

    public Instant tick() {
        now = now.plusMillis(5);
        return now;
    }

    public Decision submit(Command command) {
        Decision decision = Decider.decide(state, command);
        if (decision instanceof Decision.Accepted accepted) {
            state = EventApplier.applyAll(state, accepted.events());
            assertThat(accepted.receipt().at().compareTo(state.revision())).isNotPositive();
        }
        return decision;
    }

    public Decision.Accepted accept(Command command) {
        return (Decision.Accepted) submit(command);
    }

    public Problem refuse(Command command) {
        ControlState before = state;
        Problem why = ((Decision.Refused) submit(command)).why();
        assertThat(state).as("a refusal changes nothing").isSameAs(before);
        return why;
    }

    public Command.StartMove move(String shards, String to) {
        return new Command.StartMove("key-" + ++keys, tick(), shards, to, LIMITS);
    }

    Run start(String shards, String to) {
        String id = accept(move(shards, to)).receipt().subject();
        return run(id);
    }

    /** One run that brings each of {@code shards} to its zone. */
    Run start(Map<Integer, String> zones) {
        var targets = new TreeMap<ShardId, Plan.Target>();
        zones.forEach((shard, name) -> {
            Topology.Zone zone = state.declared()
                    .orElseThrow()
                    .topology()
                    .zone(ZoneId.of(name))
                    .orElseThrow();
            targets.put(ShardId.of(shard), new Plan.Target(zone.id(), zone.region()));
        });
        String id = "mv-" + (state.runsMade() + 1);
        Run run = Run.planned(id, WaveLayout.plan(state.shards(), targets, LIMITS, Plan.Purpose.none()), tick());
        state = EventApplier.applyAll(state, List.of(new Event.RunPlanned(run)));
        accept(new Command.Confirm(tick()));
        return run(id);
    }

    public Run run(String id) {
        return state.run(id).orElseThrow();
    }

    public Run run() {
        return state.runs().getLast();
    }

    StateName name() {
        return run().state().name();
    }

    Decision cancel() {
        return submit(new Command.CancelRun("key-" + ++keys, tick(), run().id()));
    }

    void pass(SwitchTable.Deadline deadline) {
        accept(new Command.DeadlinePassed(tick(), run().id(), name(), run().wave(), deadline));
    }

    public Command.Reassign reassign(Reassignment wanted) {
        return new Command.Reassign("key-" + ++keys, tick(), wanted, LIMITS);
    }

    /** Everybody does what the newest run waits for, until it has ended. */
    public Run finish() {
        for (int round = 0; round < 100 && !run().ended(); round++) {
            routersCaughtUp();
            for (Plan.ShardMove move : run().presentWave().moves()) {
                int number = move.shard().number();
                if (shard(number).ownership() instanceof Ownership.Withdrawal) {
                    accept(closed(move.fromRegion(), number));
                    accept(applied(
                            run().plan().target(move).region(), move.epoch().number(), number));
                }
            }
            if (name() == StateName.ACTIVATED) {
                for (Plan.ShardMove move : run().presentWave().moves()) {
                    accept(opened(
                            run().plan().target(move).region(), move.shard().number()));
                }
            }
            if (name() == StateName.ROUTED) {
                pass(SwitchTable.Deadline.LIMIT);
            }
        }
        assertThat(name()).isEqualTo(StateName.DONE);
        return run();
    }

    /** Cancelled and not all open yet. */
    void cancelAndClosed() {
        cancel();
        accept(opened(EAST, 0, 1));
    }

    /** Envoys answered, the time for hashes is over. */
    void proofsOver() {
        routersCaughtUp();
        pass(SwitchTable.Deadline.LIMIT);
    }

    void agent(RegionId region, boolean connected, long lagMillis) {
        agent(region, connected, lagMillis, Optional.of(0L));
    }

    void agent(RegionId region, boolean connected, long lagMillis, Optional<Long> clockOffset) {
        agent(region, "main", connected, lagMillis, clockOffset);
    }

    public void agent(RegionId region, String group, boolean connected, long lagMillis, Optional<Long> clockOffset) {
        var lags = new TreeMap<RegionId, Long>(Map.of(region.equals(EAST) ? WEST : EAST, lagMillis));
        accept(new Command.Observe(
                tick(),
                List.of(new AgentObservation(
                        region,
                        group,
                        "s-" + region + (group.equals("main") ? "" : "-" + group),
                        "n",
                        connected,
                        true,
                        true,
                        true,
                        "",
                        9000,
                        lags,
                        List.of(),
                        0,
                        new AgentObservation.Measures(true, lags, clockOffset))),
                List.of()));
    }

    public void router(String name, RegionId region, boolean connected, long hold, long acked) {
        var envoys = List.of(new RouterSession.EnvoySeen(name + "-envoy", Revision.of(acked), ""));
        accept(new Command.Observe(
                tick(),
                List.of(),
                List.of(new RouterSession(
                        name, "s-" + name, region, "n", connected, true, Revision.of(hold), envoys, 0))));
    }

    /** Routers and their Envoys have everything up to {@code revision}. */
    void routersAt(long revision) {
        router("east-router", EAST, true, revision, revision);
        router("west-router", WEST, true, revision, revision);
    }

    public void routersCaughtUp() {
        routersAt(state.revision().number());
    }

    static Position position(long lsn) {
        return new Position("inc", lsn, 0);
    }

    /** The old owner's row is closed at the withdrawal's epoch, its CLOSE at 100 + shard. */
    public Command.Report closed(RegionId region, int... shards) {
        return report(region, shards, shard -> {
            Ownership.Withdrawal withdrawal = (Ownership.Withdrawal) shard.ownership();
            return new Command.FenceSeen(
                    shard.shard(),
                    withdrawal.epoch(),
                    false,
                    withdrawal.withdrawn().epoch(),
                    Optional.of(position(closeOf(shard.shard()))),
                    Optional.empty());
        });
    }

    static long closeOf(ShardId shard) {
        return 100 + shard.number();
    }

    Command.Report opened(RegionId region, int... shards) {
        return report(
                region,
                shards,
                shard -> new Command.FenceSeen(
                        shard.shard(),
                        shard.ownership().epoch(),
                        true,
                        shard.ownership().epoch(),
                        Optional.empty(),
                        Optional.of(position(200 + shard.shard().number()))));
    }

    private Command.Report report(
            RegionId region, int[] shards, java.util.function.Function<ShardState, Command.FenceSeen> row) {
        List<Command.FenceSeen> rows = java.util.Arrays.stream(shards)
                .mapToObj(number -> row.apply(state.shard(ShardId.of(number))))
                .toList();
        return new Command.Report(tick(), region, rows, List.of(), List.of());
    }

    Command.Report applied(RegionId region, long epoch, int... shards) {
        List<Command.HeadSeen> heads = java.util.Arrays.stream(shards)
                .mapToObj(number -> new Command.HeadSeen(
                        ShardId.of(number), Epoch.of(epoch), position(closeOf(ShardId.of(number)))))
                .toList();
        return new Command.Report(tick(), region, List.of(), heads, List.of());
    }

    Command.Report hash(RegionId region, boolean before, String hash, int... shards) {
        List<Command.HashSeen> hashes = java.util.Arrays.stream(shards)
                .mapToObj(number -> new Command.HashSeen(run().id(), before, ShardId.of(number), 7, hash, ""))
                .toList();
        return new Command.Report(tick(), region, List.of(), List.of(), hashes);
    }

    Command.Report noHash(RegionId region, boolean before, String problem, int shard) {
        var seen = new Command.HashSeen(run().id(), before, ShardId.of(shard), 0, "", problem);
        return new Command.Report(tick(), region, List.of(), List.of(), List.of(seen));
    }

    /** Brings the newest run, a move of shards 0-2 to west-1 in one wave, to {@code wanted}. */
    public static MoveLab at(StateName wanted) {
        MoveLab lab = ready();
        if (wanted == StateName.PREPARED) {
            lab.agent(WEST, true, 5000);
        }
        lab.start("0-2", "west-1");
        if (wanted == StateName.PREPARED || wanted == StateName.HOLDING) {
            return lab;
        }
        lab.routersCaughtUp();
        if (wanted == StateName.FENCING) {
            return lab;
        }
        if (wanted == StateName.ROLLING_BACK) {
            lab.cancel();
            return lab;
        }
        lab.accept(lab.closed(EAST, 0, 1, 2));
        if (wanted == StateName.CATCHING_UP) {
            return lab;
        }
        lab.accept(lab.applied(WEST, 1, 0, 1, 2));
        if (wanted == StateName.ACTIVATED) {
            return lab;
        }
        lab.accept(lab.opened(WEST, 0, 1, 2));
        if (wanted == StateName.ROUTED) {
            return lab;
        }
        lab.routersCaughtUp();
        lab.accept(lab.hash(EAST, true, "aa", 0, 1, 2));
        lab.accept(lab.hash(WEST, false, "aa", 0, 1, 2));
        return lab;
    }

    public ShardState shard(int number) {
        return state.shard(ShardId.of(number));
    }

    static Base.At base(RegionId region, long epoch, int shard) {
        return new Base.At(region, Epoch.of(epoch), position(closeOf(ShardId.of(shard))));
    }
}
