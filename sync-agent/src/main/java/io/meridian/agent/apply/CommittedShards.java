package io.meridian.agent.apply;

import io.meridian.agent.seeding.SeedingBoard;
import io.meridian.agent.seeding.Taking;
import io.meridian.agent.store.HeadBoard;
import io.meridian.conflict.KnownLineage;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The shards as the store has them.
 *
 * @param hindrances why a shard's share of the next record must wait
 */
record CommittedShards(
        RegionId here,
        HeadBoard heads,
        StoppedShards stopping,
        SeedingBoard seedings,
        Function<ShardId, Optional<RecordPlanner.Hindrance>> hindrances)
        implements RecordPlanner.Shards {
    /** For what is parked already: what lies before it took effect. */
    static CommittedShards unhindered(RegionId here, HeadBoard heads, StoppedShards stopping, SeedingBoard seedings) {
        return new CommittedShards(here, heads, stopping, seedings, _ -> Optional.empty());
    }

    /** @param refused by the store just now */
    CommittedShards refusing(Map<ShardId, RecordPlanner.Hindrance> refused) {
        return new CommittedShards(
                here,
                heads,
                stopping,
                seedings,
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

    @Override
    public boolean frozen(ShardId shard, ShardHead.At next) {
        return heads.frozen().holds(shard, next);
    }

    @Override
    public boolean turnedFrom(ShardId shard, Epoch epoch) {
        return heads.frozen().isTurnedFrom(shard, epoch);
    }

    @Override
    public Optional<Taking> taking(ShardId shard) {
        return seedings.taking(shard);
    }

    @Override
    public boolean awaitsTaking(ShardId shard) {
        return seedings.unseeded() && heads.head(shard) instanceof ShardHead.None;
    }

    @Override
    public Optional<KnownLineage> known(ShardId shard) {
        return Optional.of(new KnownLineage(
                here,
                heads.lineages().of(shard),
                heads.frozen().turnedFor(shard).isPresent()));
    }
}
