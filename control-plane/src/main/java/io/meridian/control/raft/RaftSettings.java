package io.meridian.control.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * @param voters by name: host:port as this node reaches them; other nodes may reach the same voter by another address
 * @param joins it is no voter yet: it waits until a voter lets it in; once it was let in, what it stored says so
 * @param snapshotAfter entries of the log
 * @param supports newest logic version that this node knows
 */
public record RaftSettings(
        String node,
        int port,
        Map<String, String> voters,
        boolean joins,
        Path storage,
        Duration electionMin,
        Duration electionMax,
        Duration requestTimeout,
        long snapshotAfter,
        int supports) {
    public RaftSettings {
        voters = Map.copyOf(voters);
    }
}
