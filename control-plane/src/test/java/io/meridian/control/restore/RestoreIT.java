package io.meridian.control.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.Await;
import io.meridian.control.FreePort;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.feed.FakeAgent;
import io.meridian.control.feed.FakeRouter;
import io.meridian.control.feed.FeedServer;
import io.meridian.control.raft.BackupCodec;
import io.meridian.control.raft.RaftCommandPort;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.raft.RaftSettings;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.control.switching.Plan;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane is lost after a move that its backup does not know; the stores live on and attach to a new one of three voters. */
class RestoreIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final StateCodec codec = new StateCodec();
    private final BackupCodec backups = new BackupCodec(codec);

    @Test
    void shardsThatMovedAfterTheBackupStayWithTheirNewOwnerAndEveryEpochIsHigher() throws Exception {
        byte[] backup;
        List<FakeAgent> agents;
        try (RaftNode old = nodes("old").getFirst();
                FeedServer feed = feed(old)) {
            submit(old, new Command.ApplyTopology("t", Instant.now(), MoveLab.topology()));
            agents = List.of(
                    new FakeAgent("east", List.of("west"), feed.port()),
                    new FakeAgent("west", List.of("east"), feed.port()));
            var routers = List.of(new FakeRouter("east", feed.port()), new FakeRouter("west", feed.port()));
            Await.until(SOON, agents.getFirst()::fences, fences -> fences.get(0) != null);
            backup = backups.write(old.read().orElseThrow(), Instant.now());
            var limits = new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 128);
            submit(old, new Command.StartMove("m", Instant.now(), "0-2", "west-1", limits));
            Await.until(
                    SOON,
                    () -> agents.getLast().fences().entrySet().stream()
                            .filter(fence -> fence.getKey() < 3)
                            .map(Map.Entry::getValue)
                            .toList(),
                    List.of("OPEN 3", "OPEN 3", "OPEN 3")::equals);
            routers.forEach(FakeRouter::close);
        }

        List<RaftNode> trio = nodes("a", "b", "c");
        try (FeedServer feed = feed(trio.getFirst())) {
            var read = (BackupCodec.Read.Good) backups.read(backup);
            submit(trio.getLast(), new Command.Restore("r", Instant.now(), read.checksum(), read.state()));
            FakeAgent east = agents.getFirst().attachedTo(feed.port());
            Await.until(
                    SOON, east::fences, fences -> fences.values().stream().noneMatch(row -> row.startsWith("OPEN")));
            assertThat(trio.getFirst().applied().current().restoring().over())
                    .as("west has not told what it owns")
                    .isFalse();
            FakeAgent west = agents.getLast().attachedTo(feed.port());

            ControlState state = Await.until(
                    SOON,
                    () -> trio.getFirst().applied().current(),
                    now -> now.restoring().over());

            for (int number = 0; number < 8; number++) {
                RegionId owner = number < 3 || number > 5 ? MoveLab.WEST : MoveLab.EAST;
                assertThat(state.shard(ShardId.of(number)).region())
                        .as("shard " + number)
                        .isEqualTo(owner);
                FakeAgent owning = owner.equals(MoveLab.EAST) ? east : west;
                int shard = number;
                String open =
                        "OPEN " + state.shard(ShardId.of(shard)).ownership().epoch();
                Await.until(SOON, () -> owning.fences().get(shard), open::equals);
            }
            assertThat(state.shard(ShardId.of(0)).ownership().epoch().number()).isGreaterThan(Restoring.EPOCHS_ABOVE);
            east.close();
            west.close();
        } finally {
            for (RaftNode node : trio) {
                node.close();
            }
        }
    }

    private void submit(RaftNode node, Command command) throws Exception {
        var port = new RaftCommandPort(node, codec);
        Await.until(SOON, () -> port.submit(command), Outcome.Committed.class::isInstance);
    }

    private FeedServer feed(RaftNode node) throws Exception {
        return new FeedServer(
                node.name(),
                0,
                node.applied(),
                new RaftCommandPort(node, codec),
                Clock.systemUTC(),
                () -> node.leader().isPresent(),
                Duration.ofSeconds(15));
    }

    private List<RaftNode> nodes(String... ids) throws Exception {
        var voters = new TreeMap<String, String>();
        for (String id : ids) {
            voters.put(id, FreePort.address());
        }
        var nodes = new ArrayList<RaftNode>();
        for (var voter : voters.entrySet()) {
            nodes.add(new RaftNode(
                    new RaftSettings(
                            voter.getKey(),
                            Integer.parseInt(voter.getValue().replaceFirst(".*:", "")),
                            voters,
                            false,
                            folder.resolve(voter.getKey()),
                            Duration.ofMillis(600),
                            Duration.ofMillis(1200),
                            Duration.ofSeconds(2),
                            5000,
                            1),
                    codec));
        }
        return nodes;
    }
}
