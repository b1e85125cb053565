package io.meridian.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.certificate.RunFacts;
import io.meridian.control.clock.LeaderClock;
import io.meridian.control.cluster.Logic;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.feed.FakeAgent;
import io.meridian.control.feed.FeedServer;
import io.meridian.control.raft.RaftCommandPort;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.raft.RaftSettings;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.Certificate;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.certificate.Consistency;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with its log, its clock and its feed, and agents of three regions; one of them dies, is failed over, and comes back. */
class FailoverIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LEASE = Duration.ofMillis(800);
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final RegionId NORTH = RegionId.of("north");

    @TempDir
    private Path folder;

    private RaftNode raft;
    private RaftCommandPort port;
    private LeaderClock clock;
    private FeedServer feeds;
    private FakeAgent east;
    private FakeAgent west;
    private FakeAgent north;

    @BeforeEach
    void regions() throws Exception {
        var codec = new StateCodec();
        int raftPort = FreePort.any();
        int feedPort = FreePort.any();
        raft = new RaftNode(
                new RaftSettings(
                        "east",
                        raftPort,
                        Map.of("east", "127.0.0.1:" + raftPort),
                        false,
                        folder,
                        Duration.ofMillis(200),
                        Duration.ofMillis(400),
                        Duration.ofSeconds(2),
                        500,
                        Logic.NEWEST),
                codec);
        port = new RaftCommandPort(raft, codec);
        clock = new LeaderClock(port, raft.applied(), Clock.systemUTC(), raft::leads);
        feeds = new FeedServer(
                "east",
                feedPort,
                raft.applied(),
                port,
                Clock.systemUTC(),
                () -> raft.leader().isPresent(),
                LEASE);
        submit(new Command.ApplyTopology("topology", Instant.now(), topology()));
        east = new FakeAgent("east", List.of("west", "north"), feedPort);
        west = new FakeAgent("west", List.of("east", "north"), feedPort);
        north = new FakeAgent("north", List.of("east", "west"), feedPort);
        north.copied(60);
        until(state -> state.agents().size() == 3
                && state.agents().values().stream().allMatch(agent -> agent.connected() && agent.healthKnown()));
        for (FakeAgent agent : List.of(east, west, north)) {
            Await.until(SOON, agent::shardsKnown, known -> known == 96);
        }
    }

    @AfterEach
    void gone() throws Exception {
        List.of(east, west, north).forEach(FakeAgent::close);
        clock.close();
        feeds.close();
        raft.close();
    }

    private static Topology topology() {
        List<RegionId> regions = List.of(EAST, WEST, NORTH);
        return new Topology(
                "failover",
                96,
                regions.stream()
                        .map(region -> new Topology.Region(region, region + "-city"))
                        .toList(),
                List.of(new Topology.StoreGroup("main", 4)),
                regions.stream()
                        .map(region -> new Topology.Zone(ZoneId.of(region + "-1"), region, 1, List.of("127.0.0.1:1")))
                        .toList(),
                List.of(new Topology.Service("ledger", List.of("header:x-user-key"))),
                List.of(new Topology.Table("public", "account", "user_key", "main")),
                List.of());
    }

    private Outcome.Committed submit(Command command) throws Exception {
        return (Outcome.Committed)
                Await.until(SOON, () -> port.submit(command), outcome -> outcome instanceof Outcome.Committed);
    }

    private ControlState until(Predicate<ControlState> so) throws Exception {
        return Await.until(SOON, () -> raft.applied().current(), so::test);
    }

    private void lose(FakeAgent agent, RegionId region) throws Exception {
        agent.close();
        until(state ->
                state.agentOf(region, "main").filter(seen -> seen.connected()).isEmpty());
    }

    private String failOver(String key) throws Exception {
        var command = new Command.StartFailover(
                key,
                Instant.now(),
                EAST,
                Optional.empty(),
                MaxLoss.none(),
                false,
                "",
                new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 32),
                LEASE,
                Duration.ofMillis(100));
        return submit(command).receipt().subject();
    }

    private Run done(String id) throws Exception {
        return until(state -> state.run(id).orElseThrow().ended()).run(id).orElseThrow();
    }

    @Test
    void aLostRegionsShardsAreWrittenElsewhereAndItComesBackInLine() throws Exception {
        lose(east, EAST);
        Run run = done(failOver("lost"));

        assertThat(run.state().name()).as("%s", run).isEqualTo(StateName.DONE);
        assertThat(run.steps().stream().map(Run.Step::name))
                .containsExactly(
                        StateName.PLANNED,
                        StateName.EXPIRING,
                        StateName.GATHERING,
                        StateName.ALIGNING,
                        StateName.ACTIVATED,
                        StateName.ROUTED,
                        StateName.DONE);
        assertThat(run.certificate().orElseThrow().verdict()).isEqualTo(Certificate.Verdict.NOT_PROVEN);
        assertThat(Consistency.of(RunFacts.of(run).orElseThrow()).contradictions())
                .isEmpty();
        ControlState state = raft.applied().current();
        var cut = new Base.At(EAST, Epoch.FIRST, new Position("east-store", 60, 0));
        run.plan().moves().map(Plan.ShardMove::shard).forEach(shard -> {
            RegionId owner = state.shard(shard).region();
            assertThat(state.shard(shard).ownership()).isEqualTo(new Ownership.Grant(shard, Epoch.of(3), owner, cut));
            assertThat((owner.equals(WEST) ? west : north).open(shard.number())).contains(3L);
        });
        assertThat(state.shards()).noneMatch(shard -> shard.region().equals(EAST));
        Await.until(SOON, west::unclean, text -> !text.isEmpty());

        west.stall(FakeAgent.Work.SETTLING);
        east = east.attachedTo(feeds.port());
        ControlState waiting = until(now -> now.losses().stores().values().stream()
                .flatMap(loss -> loss.cuts().values().stream())
                .allMatch(each -> each.closed().isPresent() && each.aligned()));
        assertThat(lease(waiting).data()).isEqualTo(RegionLease.Data.REJOINING);

        west.goOn();
        ControlState back = until(now -> lease(now).fit());

        assertThat(lease(back).generation()).isEqualTo(2);
        assertThat(back.losses().stores()).isEmpty();
        assertThat(back.verifications()).singleElement().satisfies(verification -> {
            assertThat(verification.differences()).isEmpty();
            assertThat(verification.shards()).isEqualTo(run.plan().shardCount());
        });
        assertThat(east.renew().getGranted()).isTrue();
        Await.until(SOON, west::unclean, String::isEmpty);
    }

    @Test
    void aRegionThatDiffersDoesNotComeBack() throws Exception {
        lose(east, EAST);
        Run run = done(failOver("lost"));
        ShardId shard = run.plan().moves().findFirst().orElseThrow().shard();
        west.stall(FakeAgent.Work.SETTLING);
        north.stall(FakeAgent.Work.SETTLING);

        east = east.attachedTo(feeds.port());
        east.row(shard.number(), "77", 9);
        until(state -> !state.losses().stores().isEmpty()
                && state.losses().stores().values().stream()
                        .allMatch(loss -> loss.cuts().values().stream().allMatch(cut -> cut.aligned())));

        west.goOn();
        north.goOn();

        ControlState state = until(now -> now.verifications().stream()
                .anyMatch(verification -> !verification.differences().isEmpty()));
        assertThat(lease(state).fit()).isFalse();
    }

    @Test
    void aRegionThatComesBackInTimeGivesAllThatItHad() throws Exception {
        west.stall(FakeAgent.Work.ARRIVING);
        north.stall(FakeAgent.Work.ARRIVING);
        lose(east, EAST);
        String id = failOver("lost");
        east = east.attachedTo(feeds.port());
        ControlState state = until(now -> now.run(id).orElseThrow().state().name() == StateName.ALIGNING);
        var aligning = (io.meridian.control.switching.SwitchState.Aligning)
                state.run(id).orElseThrow().state();

        assertThat(aligning.unclean()).isEmpty();
        assertThat(aligning.holders().values()).containsOnly(EAST);

        west.goOn();
        north.goOn();
        assertThat(done(id).state().name()).isEqualTo(StateName.DONE);
        ControlState back = until(now -> lease(now).fit());
        assertThat(back.verifications()).as("nothing was cut").isEmpty();
    }

    private static RegionLease lease(ControlState state) {
        return state.lease(EAST, "main").orElseThrow();
    }
}
