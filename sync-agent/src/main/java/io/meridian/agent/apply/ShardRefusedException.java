package io.meridian.agent.apply;

import io.meridian.topology.ShardId;

/** The store does not take a shard's rows as they are, and would not a moment later either. */
final class ShardRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ShardId shard;

    ShardRefusedException(ShardId shard, Exception cause) {
        super(Failure.inWords(cause), cause);
        this.shard = shard;
    }

    ShardId shard() {
        return shard;
    }
}
