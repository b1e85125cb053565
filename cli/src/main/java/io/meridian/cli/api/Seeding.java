package io.meridian.cli.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shards that a region gets anew from their owners.
 *
 * @param shards how many it is of
 * @param left those that are not whole, as people write them
 * @param rows taken by now
 * @param underWay those with an attempt behind or before them
 */
public record Seeding(
        String id,
        String region,
        String state,
        int shards,
        String left,
        Counts counts,
        long rows,
        List<Shard> underWay,
        @Nullable String verification,
        @Nullable String problem,
        @Nullable String startedAt,
        @Nullable String endedAt,
        @Nullable String by,
        @Nullable String why) {
    /** @param copied but not known to be equal yet @param whole known to be equal */
    public record Counts(long waiting, long copying, long copied, long whole, long failed) {
        public long there() {
            return copied + whole;
        }
    }

    /** @param expected rows, a guess; null: not known @param problem of the attempt that failed last */
    public record Shard(
            int shard,
            String owner,
            long epoch,
            int attempt,
            String state,
            long told,
            long taken,
            @Nullable Long expected,
            int missed,
            @Nullable String problem) {}

    public boolean running() {
        return state.equals("RUNNING") || state.equals("PAUSED");
    }

    public boolean done() {
        return state.equals("DONE");
    }
}
