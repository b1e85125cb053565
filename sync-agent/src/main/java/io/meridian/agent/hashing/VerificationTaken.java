package io.meridian.agent.hashing;

import io.meridian.agent.verify.RowHash;
import io.meridian.agent.verify.ShardHash;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Map;

/** One round of a verification, here. */
public record VerificationTaken(String id, int round, Content content) {
    /** By shard. */
    public sealed interface Content {
        record Shards(Map<ShardId, ShardHash> hashes) implements Content {}

        /** @param hashes 256 of eight bytes each, of bucket 0 first */
        record Buckets(Map<ShardId, byte[]> hashes) implements Content {}

        record Rows(Map<ShardId, List<RowHash>> hashes) implements Content {}

        /** This store could not be hashed. */
        record Nothing(String problem) implements Content {}
    }
}
