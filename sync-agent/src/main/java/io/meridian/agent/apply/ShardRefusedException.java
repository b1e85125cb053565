package io.meridian.agent.apply;

import io.meridian.topology.ShardId;

/** The store does not take a shard's rows as they are, and would not a moment later either. */
final class ShardRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ShardId shard;
    private final String reason;

    ShardRefusedException(ShardId shard, Exception cause) {
        super(cause);
        this.shard = shard;
        this.reason = Failure.inWords(cause);
    }

    ShardId shard() {
        return shard;
    }

    String reason() {
        return reason;
    }
}
