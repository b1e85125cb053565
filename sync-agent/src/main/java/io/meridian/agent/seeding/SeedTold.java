package io.meridian.agent.seeding;

import io.meridian.topology.ShardId;
import java.util.List;

/**
 * How far one side is.
 *
 * @param rows told or taken by now
 * @param expected an estimate; 0: not known
 * @param missed rows that have to be told once more, at most {@link #MOST_MISSED}; only once all others came
 * @param problem why this attempt failed; empty: it did not
 */
public record SeedTold(
        String id,
        int attempt,
        ShardId shard,
        State state,
        long rows,
        long expected,
        List<Missed> missed,
        String problem) {
    static final int MOST_MISSED = 100;

    public enum State {
        PREPARED,
        TELLING,
        TOLD,
        RECEIVING,
        DONE,
        FAILED
    }

    /** @param key JSON object: columns of the primary key by name, to their values as text */
    public record Missed(String table, String key) {}
}
