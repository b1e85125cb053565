package io.meridian.control;

import io.meridian.control.clock.FailoverAdviser;
import io.meridian.control.clock.LeaderClock;
import io.meridian.control.cluster.Logic;
import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.feed.FeedServer;
import io.meridian.control.raft.RaftCommandPort;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.raft.RaftSettings;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.switching.Plan;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Three whole nodes without HTTP in this JVM, each with a folder and ports of its own: logs, feeds and leader's clocks as in production. */
final class ThreeNodes implements AutoCloseable {
    static final List<String> NAMES = List.of("east", "west", "north");
    private static final Duration SOON = Duration.ofSeconds(40);

    private record Node(
            RaftNode raft, LeaderClock clock, FailoverAdviser adviser, FeedServer feeds, CommandPort port) {}

    private final Path folder;
    private final StateCodec codec = new StateCodec();
    private final Map<String, String> voters = new TreeMap<>();
    private final Map<String, Integer> feedPorts = new TreeMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();

    ThreeNodes(Path folder) throws Exception {
        this.folder = folder;
        for (String name : NAMES) {
            voters.put(name, FreePort.address());
            feedPorts.put(name, FreePort.any());
        }
        for (String name : NAMES) {
            start(name);
        }
    }

    void start(String name) throws Exception {
        String address = voters.getOrDefault(name, "");
        var raft = new RaftNode(
                new RaftSettings(
                        name,
                        Integer.parseInt(address.substring(address.indexOf(':') + 1)),
                        voters,
                        false,
                        folder.resolve(name),
                        Duration.ofMillis(400),
                        Duration.ofMillis(800),
                        Duration.ofSeconds(2),
                        500,
                        Logic.NEWEST),
                codec);
        var port = new RaftCommandPort(raft, codec);
        var clock = new LeaderClock(port, raft.applied(), Clock.systemUTC(), raft::leads);
        var feeds = new FeedServer(
                name,
                feedPorts.getOrDefault(name, 0),
                raft.applied(),
                port,
                Clock.systemUTC(),
                () -> raft.leader().isPresent(),
                Duration.ofSeconds(15));
        var adviser = new FailoverAdviser(
                port,
                raft.applied(),
                Clock.systemUTC(),
                raft::leads,
                new FailoverAdviser.Terms(
                        new Plan.MoveLimits(Duration.ofSeconds(2), Duration.ofSeconds(30), 32),
                        Duration.ofSeconds(15),
                        Duration.ofMillis(100)));
        nodes.put(name, new Node(raft, clock, adviser, feeds, port));
    }

    /** As a process that dies: its log, its feeds and its clock are gone at once. */
    void kill(String name) throws Exception {
        Node node = nodes.remove(name);
        if (node != null) {
            close(node);
        }
    }

    RaftNode leader() throws Exception {
        return Await.until(
                        SOON,
                        () -> nodes.values().stream()
                                .map(Node::raft)
                                .filter(RaftNode::leads)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Asked until it is known what became of it; people's commands with the same key. */
    Outcome submit(Command command) throws Exception {
        return Await.until(
                SOON,
                () -> {
                    Node node = nodes.get(leader().name());
                    return node == null
                            ? new Outcome.Unknown("no leader")
                            : node.port().submit(command);
                },
                outcome -> !(outcome instanceof Outcome.Unknown));
    }

    List<RaftNode> alive() {
        return nodes.values().stream().map(Node::raft).toList();
    }

    List<Integer> feedPorts() {
        return List.copyOf(feedPorts.values());
    }

    @Override
    public void close() throws Exception {
        for (Node node : nodes.values()) {
            close(node);
        }
        nodes.clear();
    }

    private static void close(Node node) throws Exception {
        node.adviser().close();
        node.clock().close();
        node.feeds().close();
        node.raft().close();
    }
}
