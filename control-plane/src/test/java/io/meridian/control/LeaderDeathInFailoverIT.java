package io.meridian.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.feed.FakeAgent;
import io.meridian.control.feed.FakeAgent.Work;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The leader dies while it waits in a step that only a failover has: the next one goes on, and counts a lease from its own election. */
class LeaderDeathInFailoverIT {
    static final List<StateName> OWN = List.of(StateName.EXPIRING, StateName.GATHERING, StateName.ALIGNING);

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final RegionId EAST = RegionId.of("east");
    private static final RegionId WEST = RegionId.of("west");
    private static final RegionId NORTH = RegionId.of("north");
    private static final int SHARDS = 64;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("OWN")
    void theFailoverEndsOnceAndEachShardHasOneOwner(StateName at) throws Exception {
        try (var nodes = new ThreeNodes(folder)) {
            assertThat(nodes.submit(new Command.ApplyTopology("t", Instant.now(), topology())))
                    .isInstanceOf(Outcome.Committed.class);
            List<Integer> ports = nodes.feedPorts();
            try (var east = new FakeAgent("east", List.of("west", "north"), ports);
                    var west = new FakeAgent("west", List.of("east", "north"), ports);
                    var north = new FakeAgent("north", List.of("east", "west"), ports)) {
                for (FakeAgent agent : List.of(east, west, north)) {
                    Await.until(SOON, agent::shardsKnown, known -> known == SHARDS);
                }
                north.copied(60); // more than the others have, so that they have to align
                Await.until(SOON, () -> state(nodes), state -> state.agents().size() == 3);
                west.stall(Work.GATHERING, Work.ARRIVING);
                east.close();
                Await.until(
                        SOON,
                        () -> state(nodes),
                        state -> state.agentOf(EAST, "main")
                                .filter(seen -> seen.connected())
                                .isEmpty());
                var start = new Command.StartFailover(
                        "lost",
                        Instant.now(),
                        EAST,
                        Optional.of(WEST),
                        MaxLoss.none(),
                        false,
                        "",
                        new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 32),
                        LEASE,
                        Duration.ofMillis(100));
                String run = ((Outcome.Committed) nodes.submit(start)).receipt().subject();
                if (at == StateName.ALIGNING) {
                    Await.until(SOON, () -> run(nodes, run), is -> is.state().name() == StateName.GATHERING);
                    west.goOn();
                    west.stall(Work.ARRIVING);
                }
                Await.until(SOON, () -> run(nodes, run), is -> is.state().name() == at);

                String dead = nodes.leader().name();
                nodes.kill(dead);
                west.goOn();
                Run ended = Await.until(
                        SOON, () -> run(nodes, run), is -> is.state().ended());
                nodes.start(dead);

                assertThat(ended.state().name()).as("%s", ended.steps()).isEqualTo(StateName.DONE);
                assertThat(ended.steps())
                        .filteredOn(step -> step.name() == StateName.ACTIVATED)
                        .as("granted once")
                        .hasSize(1);
                assertThat(((Outcome.Committed) nodes.submit(start)).receipt().subject())
                        .as("asked again with its key")
                        .isEqualTo(run);
                ended.plan()
                        .moves()
                        .map(Plan.ShardMove::shard)
                        .forEach(shard -> assertOneOwner(nodes, shard, west, north));
                Await.until(
                        SOON,
                        () -> nodes.alive().stream()
                                .map(RaftNode::applied)
                                .map(applied -> applied.current().shards())
                                .distinct()
                                .count(),
                        different -> different == 1);
            }
        }
    }

    private static void assertOneOwner(ThreeNodes nodes, ShardId shard, FakeAgent west, FakeAgent north) {
        RegionId owner = state(nodes).shard(shard).region();
        assertThat(owner).isIn(WEST, NORTH);
        FakeAgent open = owner.equals(WEST) ? west : north;
        FakeAgent closed = owner.equals(WEST) ? north : west;
        assertThat(open.open(shard.number())).contains(3L);
        assertThat(closed.open(shard.number())).isEmpty();
    }

    private static ControlState state(ThreeNodes nodes) {
        try {
            return nodes.leader().applied().current();
        } catch (Exception e) {
            throw new IllegalStateException("nobody leads", e);
        }
    }

    private static Run run(ThreeNodes nodes, String id) {
        return state(nodes).run(id).orElseThrow();
    }

    private static Topology topology() {
        List<RegionId> regions = List.of(EAST, WEST, NORTH);
        return new Topology(
                "failover",
                SHARDS,
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
}
