package io.meridian.agent.hashing;

import io.meridian.agent.verify.ShardHash;
import io.meridian.topology.ShardId;
import java.util.Map;

/** One round of a verification, here. @param problem not empty: this store could not be hashed, and says why */
public record VerificationTaken(String id, int round, Map<ShardId, ShardHash> shards, String problem) {}
