package io.meridian.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.feed.FakeAgent;
import io.meridian.control.feed.FakeAgent.Work;
import io.meridian.control.feed.FakeRouter;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.seeding.Seeding;
import io.meridian.control.seeding.ShardSeeding;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies made anew over the real log and feeds of three nodes; the agents' stores are maps. */
class SeedingIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SHARDS = 64;
    private static final RegionId NORTH = RegionId.of("north");

    @TempDir
    static Path folder;

    private static ThreeNodes nodes;
    private static FakeAgent east;
    private static FakeAgent west;
    private static FakeAgent north;
    private static List<FakeRouter> routers;
    private static int keys;
    private static int used;

    @BeforeAll
    static void twoRegionsAndAThirdThatComesLater() throws Exception {
        nodes = new ThreeNodes(folder);
        commit(new Command.ApplyTopology(key(), Instant.now(), topology(false)));
        List<Integer> ports = nodes.feedPorts();
        Map<String, Map<String, Long>> stream = new ConcurrentHashMap<>();
        east = new FakeAgent("east", List.of("west", "north"), ports);
        west = new FakeAgent("west", List.of("east", "north"), ports);
        Await.until(SOON, () -> east.shardsKnown() + west.shardsKnown(), known -> known == 2 * SHARDS);
        commit(new Command.ApplyTopology(key(), Instant.now(), topology(true)));
        north = new FakeAgent("north", List.of("east", "west"), ports);
        Await.until(SOON, north::shardsKnown, known -> known == SHARDS);
        for (FakeAgent agent : List.of(east, west, north)) {
            agent.follows(stream);
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            east.row(shard, "7", 100 + shard);
            west.row(shard, "7", 100 + shard);
        }
        routers = List.of(new FakeRouter("east", ports), new FakeRouter("west", ports), new FakeRouter("north", ports));
        bootstrap();
    }

    /** North came later; it owns nothing before it has copies of all. */
    private static void bootstrap() throws Exception {
        ControlState before = state();
        assertThat(before.lease(NORTH, "main").orElseThrow().data()).isEqualTo(RegionLease.Data.UNSEEDED);
        Outcome refused = nodes.submit(move("0", "north-1"));
        assertThat(refused).isInstanceOfSatisfying(Outcome.Refused.class, no -> {
            assertThat(no.why().type()).isEqualTo(ProblemType.NOT_SEEDED);
            assertThat(no.why().detail()).contains("./meridian region bootstrap north");
        });

        Seeding done = ended(seed(NORTH, ""));

        assertThat(done.state()).as("%s", done).isEqualTo(Seeding.State.DONE);
        assertThat(done.whole()).isEqualTo(SHARDS);
        assertThat(state().lease(NORTH, "main").orElseThrow().fit()).isTrue();
        assertThat(north.rowsOf(5)).isEqualTo(east.rowsOf(5));
    }

    @AfterAll
    static void gone() throws Exception {
        List.of(east, west, north).forEach(FakeAgent::close);
        routers.forEach(FakeRouter::close);
        nodes.close();
    }

    @AfterEach
    void nobodyIsHeldUp() {
        for (FakeAgent agent : List.of(east, west, north)) {
            agent.failNoMore();
            agent.goOn();
        }
    }

    private static Topology topology(boolean three) {
        var regions = new ArrayList<>(MoveLab.topology().regions());
        var zones = new ArrayList<>(
                List.of(MoveLab.zone("east-1", MoveLab.EAST, 1), MoveLab.zone("west-1", MoveLab.WEST, 0)));
        if (three) {
            regions.add(new Topology.Region(NORTH, "gamma"));
            zones.add(MoveLab.zone("north-1", NORTH, 0));
        }
        return new Topology(
                "trio",
                SHARDS,
                regions,
                MoveLab.topology().storeGroups(),
                zones,
                MoveLab.topology().services(),
                MoveLab.topology().tables(),
                List.of());
    }

    private static String key() {
        return "seeding-" + ++keys;
    }

    private static String commit(Command command) throws Exception {
        Outcome outcome = nodes.submit(command);
        assertThat(outcome).as("%s", command).isInstanceOf(Outcome.Committed.class);
        return ((Outcome.Committed) outcome).receipt().subject();
    }

    private static ControlState state() throws Exception {
        return nodes.leader().applied().current();
    }

    private static String seed(RegionId region, String shards) throws Exception {
        return commit(new Command.StartSeeding(key(), Instant.now(), region, shards, "a test"));
    }

    private static Command.StartMove move(String shards, String to) {
        var limits = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(60), 2);
        return new Command.StartMove(key(), Instant.now(), shards, to, limits);
    }

    private static Seeding until(String id, Predicate<Seeding> so) throws Exception {
        return Await.until(
                        SOON,
                        () -> state().seedings().find(id),
                        found -> found.filter(so).isPresent())
                .orElseThrow();
    }

    private static Seeding ended(String id) throws Exception {
        return until(id, seeding -> !seeding.running());
    }

    private static void whole(String id, int shard) throws Exception {
        Seeding done = ended(id);
        assertThat(done.state()).as("%s", done).isEqualTo(Seeding.State.DONE);
        assertThat(west.rowsOf(shard)).isEqualTo(east.rowsOf(shard));
        assertThat(state().seedings().unfit(MoveLab.WEST)).isEmpty();
    }

    /** A shard that no other test has, which the east owns, and whose copy in the west is damaged. */
    private static int damaged() {
        int shard = used++;
        west.row(shard, "7", 1);
        west.row(shard, "8", 1);
        return shard;
    }

    private static Predicate<Seeding> at(int shard, ShardSeeding.Phase phase) {
        return seeding -> seeding.shard(ShardId.of(shard))
                .filter(one -> one.phase() == phase)
                .isPresent();
    }

    enum Step {
        PREPARING(Work.PREPARING, ShardSeeding.Phase.PREPARING),
        TELLING(Work.TELLING, ShardSeeding.Phase.TELLING),
        TAKING(Work.TAKING, ShardSeeding.Phase.TOLD);

        private final Work left;
        private final ShardSeeding.Phase there;

        Step(Work left, ShardSeeding.Phase there) {
            this.left = left;
            this.there = there;
        }
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void theLeaderDiesAndTheCopyIsMadeEvenSo(Step step) throws Exception {
        int shard = damaged();
        (step == Step.TELLING ? east : west).stall(step.left);
        String id = seed(MoveLab.WEST, shard + "");
        until(id, at(shard, step.there));

        String dead = nodes.leader().name();
        nodes.kill(dead);
        nobodyIsHeldUp();

        whole(id, shard);
        nodes.start(dead);
        Await.until(
                SOON,
                () -> nodes.alive().stream()
                        .map(RaftNode::applied)
                        .map(applied -> applied.current().seedings())
                        .distinct()
                        .count(),
                different -> different == 1);
        assertThat(state().seedings().find(id).orElseThrow().wholeRows()).isPositive();
    }

    @Test
    void anAttemptThatFailsIsFollowedByAnother() throws Exception {
        int shard = damaged();
        west.fail(Work.TAKING);
        String id = seed(MoveLab.WEST, shard + "");
        Seeding failed = until(id, at(shard, ShardSeeding.Phase.RESTING));
        assertThat(failed.shards().getFirst().problem()).isEqualTo("region west: cannot take");

        west.failNoMore();

        whole(id, shard);
    }

    @Test
    void anOwnerThatChangesMeanwhileIsFollowedByTheNextOne() throws Exception {
        int shard = damaged();
        east.stall(Work.TELLING);
        String id = seed(MoveLab.WEST, shard + "");
        until(id, at(shard, ShardSeeding.Phase.TELLING));

        String run = commit(move(shard + "", "north-1"));
        Await.until(
                SOON,
                () -> state().run(run).map(Run::state),
                found -> found.filter(now -> now.name() == StateName.DONE).isPresent());

        whole(id, shard);
        assertThat(state().shard(ShardId.of(shard)).region()).isEqualTo(NORTH);
    }

    @Test
    void aPausedOneEndsWhatIsUnderWayAndACancelledOneIsRetried() throws Exception {
        List<Integer> shards = List.of(damaged(), damaged(), damaged(), damaged(), damaged(), damaged());
        west.stall(Work.TAKING);
        String id = seed(MoveLab.WEST, shards.getFirst() + "-" + shards.getLast());
        until(id, seeding -> seeding.active().count() == 4);
        commit(new Command.PauseSeeding(key(), Instant.now(), id));

        west.goOn();
        Seeding paused = until(id, seeding -> seeding.active().findAny().isEmpty());

        assertThat(paused.in(ShardSeeding.Phase.COPIED)).hasSize(4);
        assertThat(paused.in(ShardSeeding.Phase.WAITING)).hasSize(2);
        commit(new Command.CancelSeeding(key(), Instant.now(), id));
        assertThat(state().seedings().unfit(MoveLab.WEST)).hasSize(4);
        commit(new Command.RetrySeeding(key(), Instant.now(), id));
        for (int shard : shards) {
            whole(id, shard);
        }
    }
}
