package io.meridian.control.raft;

import io.meridian.control.Await;
import io.meridian.control.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Real voters in this JVM, each with a folder and a port of its own. */
final class Quorum implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);

    final StateCodec codec = new StateCodec();
    private final Path folder;
    private final long snapshotAfter;
    private int supports = 1;
    private final Map<String, String> addresses = new TreeMap<>();
    private final Map<String, RaftNode> nodes = new TreeMap<>();

    /** @param ids all that will ever run here; their ports are taken now */
    Quorum(Path folder, long snapshotAfter, String... ids) throws IOException {
        this.folder = folder;
        this.snapshotAfter = snapshotAfter;
        for (String id : ids) {
            addresses.put(id, FreePort.address());
        }
    }

    String address(String id) {
        return Optional.ofNullable(addresses.get(id)).orElseThrow();
    }

    /** The first voters of a new control plane. */
    void found(String... ids) throws IOException {
        for (String id : ids) {
            start(id, List.of(ids), false);
        }
    }

    /** Nodes that are started from now on are of a release that knows {@code version}. */
    void releaseKnows(int version) {
        supports = version;
    }

    void restart(String id, List<String> voters) throws IOException {
        start(id, voters, false);
    }

    RaftNode join(String id, String... others) throws IOException {
        return start(id, List.of(others), true);
    }

    private RaftNode start(String id, List<String> voters, boolean joins) throws IOException {
        var reached = new TreeMap<String, String>();
        voters.forEach(voter -> reached.put(voter, address(voter)));
        String own = address(id);
        var node = new RaftNode(
                new RaftSettings(
                        id,
                        Integer.parseInt(own.substring(own.indexOf(':') + 1)),
                        reached,
                        joins,
                        folder.resolve(id),
                        Duration.ofMillis(600),
                        Duration.ofMillis(1200),
                        Duration.ofSeconds(2),
                        snapshotAfter,
                        supports),
                codec);
        nodes.put(id, node);
        return node;
    }

    RaftNode node(String id) {
        return Optional.ofNullable(nodes.get(id)).orElseThrow();
    }

    Collection<RaftNode> nodes() {
        return nodes.values();
    }

    RaftNode leader() throws Exception {
        return Await.until(
                        SOON,
                        () -> nodes.values().stream().filter(RaftNode::leads).findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    RaftCommandPort port(RaftNode node) {
        return new RaftCommandPort(node, codec);
    }

    void stop(String id) throws IOException {
        @Nullable RaftNode gone = nodes.remove(id);
        if (gone != null) {
            gone.close();
        }
    }

    /** As after the loss of its disk. */
    void wipe(String id) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(id))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (RaftNode node : nodes.values()) {
            node.close();
        }
    }
}
