package io.meridian.agent.apply;

import io.meridian.agent.store.HeadBoard;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The shards as the store has them.
 *
 * @param hindrances why a shard's share of the next record must wait
 */
record CommittedShards(
        HeadBoard heads, StoppedShards stopping, Function<ShardId, Optional<RecordPlanner.Hindrance>> hindrances)
        implements RecordPlanner.Shards {
    /** For what is parked already: what lies before it took effect. */
    static CommittedShards unhindered(HeadBoard heads, StoppedShards stopping) {
        return new CommittedShards(heads, stopping, _ -> Optional.empty());
    }

    /** @param refused by the store just now */
    CommittedShards refusing(Map<ShardId, RecordPlanner.Hindrance> refused) {
        return new CommittedShards(
                heads,
                stopping,
                shard -> Optional.ofNullable(refused.get(shard)).or(() -> hindrances.apply(shard)));
    }

    @Override
    public ShardHead head(ShardId shard) {
        return heads.head(shard);
    }

    @Override
    public boolean stopped(ShardId shard) {
        return stopping.contains(shard);
    }

    @Override
    public Optional<RecordPlanner.Hindrance> hindrance(ShardId shard) {
        return hindrances.apply(shard);
    }
}
