package io.meridian.control.raft;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** This node's part in the quorum. */
@ConfigMapping(prefix = "meridian.raft")
public interface RaftConfig {
    /** The voter that this node is. */
    String node();

    int port();

    /** {@code east=host:port,west=…}: addresses as this node reaches them. */
    List<String> voters();

    /** A node with an empty disk beside a control plane that exists: it waits until {@code voters add} or {@code voters replace} lets it in. */
    @WithDefault("false")
    boolean join();

    @WithDefault("data/raft")
    Path storage();

    /** A starved machine must not look like a dead leader. */
    @WithDefault("1500ms")
    Duration electionMin();

    @WithDefault("3000ms")
    Duration electionMax();

    @WithDefault("3s")
    Duration requestTimeout();

    /** Entries of the log between two snapshots: bounds what a start has to replay. */
    @WithDefault("5000")
    long snapshotAfter();
}
