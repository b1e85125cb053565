package io.meridian.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A write that lost its place in its shard's history in a failover.
 *
 * @param region that tells of it
 * @param source the region that had taken it
 * @param decision null or empty: not decided yet
 * @param ours the row that was there when it was decided, as a JSON object; empty: none
 * @param revised what a person made of the decision since
 */
public record Orphan(
        String region,
        String source,
        String position,
        int shard,
        int index,
        long epoch,
        String table,
        JsonNode key,
        String operation,
        @Nullable String content,
        @Nullable String decision,
        @Nullable String reason,
        @Nullable String ours,
        @Nullable String foundAt,
        @Nullable String committedAt,
        @Nullable Revised revised) {
    /** @param verdict {@code SALVAGED} or {@code REJECTED} */
    public record Revised(String verdict, String by, String reason, String at) {}

    public boolean open() {
        return decision == null || decision.isEmpty();
    }
}
