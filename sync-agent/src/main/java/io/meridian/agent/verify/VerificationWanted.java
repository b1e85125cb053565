package io.meridian.agent.verify;

import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One round of a verification, to be answered from one snapshot.
 *
 * @param tables schema.table; empty: all sharded ones
 */
public record VerificationWanted(String id, int round, List<ShardId> shards, List<String> tables, Stage stage) {
    /** What is told of each shard. */
    public sealed interface Stage {
        /** One hash. */
        record Shards() implements Stage {}

        /** One hash per bucket. */
        record Buckets() implements Stage {}

        /** One hash per row of these buckets. */
        record Rows(Map<ShardId, Set<Integer>> buckets) implements Stage {}
    }
}
