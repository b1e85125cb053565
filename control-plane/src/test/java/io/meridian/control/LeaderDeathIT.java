package io.meridian.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.feed.FakeAgent;
import io.meridian.control.feed.FakeAgent.Work;
import io.meridian.control.feed.FakeRouter;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Certificate;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.switching.SwitchTable;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Ownership;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The leader dies at every step of every kind of run: each step is held where it is by an agent or a router that leaves its part undone, the leader's
 * node is gone, and only then the part is done. The run has to end, once, as it would have; all nodes have to agree.
 */
class LeaderDeathIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int SHARDS = 64;
    /** Of one run: two waves of two. */
    private static final int TAKEN = 4;

    @TempDir
    static Path folder;

    private static Cast cast;

    /** Nodes, agents and routers of all cases. */
    private record Cast(ThreeNodes nodes, FakeAgent east, FakeAgent west, List<FakeRouter> routers)
            implements AutoCloseable {
        void goOn() {
            routers.forEach(router -> router.capable(true));
            routers.forEach(router -> router.holds(true));
            routers.forEach(router -> router.acks(true));
            List.of(east, west).forEach(agent -> agent.lag(12));
            List.of(east, west).forEach(FakeAgent::goOn);
        }

        @Override
        public void close() throws Exception {
            east.close();
            west.close();
            routers.forEach(FakeRouter::close);
            nodes.close();
        }
    }

    @BeforeAll
    static void threeNodes() throws Exception {
        var nodes = new ThreeNodes(folder);
        var topology = new Topology(
                "trio",
                SHARDS,
                MoveLab.topology().regions(),
                MoveLab.topology().storeGroups(),
                List.of(
                        MoveLab.zone("east-1", MoveLab.EAST, 1),
                        MoveLab.zone("east-2", MoveLab.EAST, 0),
                        MoveLab.zone("west-1", MoveLab.WEST, 0)),
                MoveLab.topology().services(),
                MoveLab.topology().tables(),
                List.of());
        assertThat(nodes.submit(new Command.ApplyTopology("t", Instant.now(), topology)))
                .isInstanceOf(Outcome.Committed.class);
        List<Integer> ports = nodes.feedPorts();
        cast = new Cast(
                nodes,
                new FakeAgent("east", List.of("west"), ports),
                new FakeAgent("west", List.of("east"), ports),
                List.of(new FakeRouter("east", ports), new FakeRouter("west", ports)));
        Await.until(SOON, () -> cast.east().shardsKnown() + cast.west().shardsKnown(), known -> known == 2 * SHARDS);
    }

    @AfterAll
    static void gone() throws Exception {
        cast.close();
    }

    private enum Kind {
        OWNERSHIP("west-1", StateName.DONE, 2),
        PLACEMENT("east-2", StateName.DONE, 0),
        CANCELLED("west-1", StateName.ROLLED_BACK, 2);

        private final String to;
        private final StateName end;
        private final int epochsLater;

        Kind(String to, StateName end, int epochsLater) {
            this.to = to;
            this.end = end;
            this.epochsLater = epochsLater;
        }
    }

    private interface Act {
        void on(String run) throws Exception;
    }

    /**
     * @param hold so that the run stays in {@code reached}
     * @param meanwhile what brings it there
     */
    private record Case(Kind kind, StateName at, Act hold, Act meanwhile, Predicate<SwitchState> reached) {
        Case(Kind kind, StateName at, Act hold) {
            this(kind, at, hold, _ -> {}, state -> state.name() == at);
        }

        @Override
        public String toString() {
            return kind + " run, leader dies in " + at;
        }
    }

    static final List<Case> CASES = List.of(
            new Case(Kind.OWNERSHIP, StateName.PREPARED, _ -> cannotHold()),
            new Case(
                    Kind.OWNERSHIP,
                    StateName.HOLDING,
                    _ -> cast.routers().getFirst().holds(false)),
            new Case(Kind.OWNERSHIP, StateName.FENCING, _ -> cast.east().stall(Work.CLOSING)),
            new Case(Kind.OWNERSHIP, StateName.CATCHING_UP, _ -> cast.west().stall(Work.ARRIVING)),
            new Case(Kind.OWNERSHIP, StateName.ACTIVATED, _ -> cast.west().stall(Work.OPENING)),
            new Case(
                    Kind.OWNERSHIP,
                    StateName.NEEDS_OPERATOR,
                    _ -> cast.west().stall(Work.OPENING),
                    run -> timeIsOver(run, StateName.ACTIVATED),
                    state -> state instanceof SwitchState.NeedsOperator),
            new Case(
                    Kind.OWNERSHIP,
                    StateName.ROUTED,
                    _ -> cast.routers().getLast().acks(false)),
            new Case(Kind.PLACEMENT, StateName.PREPARED, _ -> cannotHold()),
            new Case(
                    Kind.PLACEMENT,
                    StateName.ROUTED,
                    _ -> cast.routers().getFirst().acks(false)),
            new Case(
                    Kind.CANCELLED,
                    StateName.ROLLING_BACK,
                    _ -> cast.east().stall(Work.CLOSING),
                    run -> cancelIn(run, StateName.FENCING),
                    state -> state instanceof SwitchState.RollingBack back && !back.granted()),
            new Case(
                    Kind.CANCELLED,
                    StateName.ROLLING_BACK,
                    _ -> {
                        cast.west().stall(Work.ARRIVING);
                        cast.east().stall(Work.OPENING);
                    },
                    run -> cancelIn(run, StateName.CATCHING_UP),
                    state -> state instanceof SwitchState.RollingBack back && back.granted()),
            new Case(
                    Kind.CANCELLED,
                    StateName.NEEDS_OPERATOR,
                    _ -> cast.east().stall(Work.CLOSING),
                    run -> {
                        cancelIn(run, StateName.FENCING);
                        timeIsOver(run, StateName.ROLLING_BACK);
                    },
                    state -> state instanceof SwitchState.NeedsOperator));

    private static void cannotHold() throws Exception {
        cast.routers().getFirst().capable(false);
        Await.until(
                SOON,
                LeaderDeathIT::state,
                state -> state.routersOf(MoveLab.EAST).noneMatch(router -> router.holdCapable()));
    }

    private static void cancelIn(String run, StateName there) throws Exception {
        awaitState(run, state -> state.name() == there);
        cast.nodes().submit(new Command.CancelRun("cancel-" + run, Instant.now(), run));
    }

    /** As the leader's clock says it. */
    private static void timeIsOver(String run, StateName there) throws Exception {
        awaitState(run, state -> state.name() == there);
        cast.nodes().submit(new Command.DeadlinePassed(Instant.now(), run, there, 1, SwitchTable.Deadline.LIMIT));
    }

    private static ControlState state() throws Exception {
        return cast.nodes().leader().applied().current();
    }

    private static Run awaitState(String run, Predicate<SwitchState> reached) throws Exception {
        return Await.until(
                        SOON,
                        () -> state().run(run),
                        found -> found.filter(known -> reached.test(known.state()))
                                .isPresent())
                .orElseThrow();
    }

    private static int number;

    @ParameterizedTest
    @FieldSource("CASES")
    void theRunEndsOnceAndAsItWouldHave(Case each) throws Exception {
        int first = TAKEN * number++;
        List<ShardState> before = state().shards().subList(first, first + TAKEN);
        each.hold().on("");
        var limits = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(60), 2);
        var start = new Command.StartMove(
                "run-" + number, Instant.now(), first + "-" + (first + TAKEN - 1), each.kind().to, limits);
        String run = ((Outcome.Committed) cast.nodes().submit(start)).receipt().subject();
        each.meanwhile().on(run);
        awaitState(run, each.reached());

        String dead = cast.nodes().leader().name();
        cast.nodes().kill(dead);
        cast.goOn();

        Run ended = awaitState(run, SwitchState::ended);
        cast.nodes().start(dead);
        assertThat(ended.state().name())
                .as("%s: %s", ended.problem(), ended.steps())
                .isEqualTo(each.kind().end);
        assertThat(((Outcome.Committed) cast.nodes().submit(start)).receipt().subject())
                .as("asked again with its key")
                .isEqualTo(run);
        agree();
        check(each, ended, before);
    }

    /** Runs and shards stand still now, so every node must come to have the same. */
    private static void agree() throws Exception {
        Await.until(
                SOON,
                () -> cast.nodes().alive().stream()
                        .map(RaftNode::applied)
                        .map(applied -> List.of(
                                applied.current().runs(), applied.current().shards()))
                        .distinct()
                        .count(),
                different -> different == 1);
        assertThat(cast.nodes().alive()).hasSize(3);
    }

    private static void check(Case each, Run run, List<ShardState> before) throws Exception {
        List<String> steps = run.steps().stream()
                .map(step -> step.wave() + " " + step.name())
                .toList();
        assertThat(steps).as("no step is taken twice").doesNotHaveDuplicates();
        assertThat(run.steps())
                .filteredOn(step -> step.name() == each.kind().end)
                .hasSize(1);
        var inFirstWave = new HashSet<>(run.plan().wave(1).shards());
        for (ShardState was : before) {
            ShardState is = state().shard(was.shard());
            boolean touched = each.kind() != Kind.CANCELLED || inFirstWave.contains(was.shard());
            assertThat(is.frozenBy()).as("%s", is).isEmpty();
            assertThat(is.ownership()).isInstanceOf(Ownership.Grant.class);
            assertThat(is.ownership().epoch().number())
                    .as("%s, before %s", is, was)
                    .isEqualTo(was.ownership().epoch().number() + (touched ? each.kind().epochsLater : 0));
            assertThat(is.zone().name()).isEqualTo(each.kind() == Kind.CANCELLED ? "east-1" : each.kind().to);
            assertOneWriter(is);
            for (FakeRouter router : cast.routers()) {
                Await.until(
                        SOON,
                        () -> router.route(was.shard().number()).orElseThrow(),
                        route -> route.getZone().equals(is.zone().name())
                                && route.getFrozenBy().isEmpty());
            }
        }
        if (each.kind() != Kind.CANCELLED) {
            assertThat(run.counts()).isEqualTo(new Run.Counts(TAKEN, 0));
            assertThat(run.certificate().orElseThrow().verdict())
                    .as("%s", run.certificate())
                    .isEqualTo(Certificate.Verdict.NOTHING_LOST);
        } else {
            assertThat(run.counts()).isEqualTo(new Run.Counts(0, 2));
        }
    }

    private static void assertOneWriter(ShardState shard) {
        int shardNumber = shard.shard().number();
        boolean east = shard.region().equals(MoveLab.EAST);
        assertThat((east ? cast.east() : cast.west()).open(shardNumber))
                .as("%s is open at its owner", shard)
                .contains(shard.ownership().epoch().number());
        assertThat((east ? cast.west() : cast.east()).open(shardNumber))
                .as("%s is open at its owner only", shard)
                .isEmpty();
    }

    @Test
    void everyStepInWhichARunWaitsIsAmongTheCases() {
        var waiting = java.util.EnumSet.allOf(StateName.class);
        waiting.removeAll(List.of(StateName.PLANNED, StateName.DONE, StateName.ROLLED_BACK, StateName.SUPERSEDED));
        waiting.removeAll(LeaderDeathInFailoverIT.OWN); // which a move does not know

        assertThat(CASES.stream().map(Case::at).toList()).containsAll(waiting);
    }
}
