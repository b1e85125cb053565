package io.meridian.agent.apply;

import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The shards as they will be once plans that are not committed yet took effect. */
final class ShardsAhead implements RecordPlanner.Shards {
    private final RecordPlanner.Shards before;
    private final Map<ShardId, ShardHead.At> moved = new HashMap<>();
    private final Set<ShardId> stopping = new HashSet<>();
    private final Set<ShardId> parking = new HashSet<>();

    ShardsAhead(RecordPlanner.Shards before) {
        this.before = before;
    }

    void add(RecordPlanner.Plan.Apply plan) {
        moved.putAll(plan.heads());
        plan.stops().forEach(stop -> stopping.add(stop.shard()));
        plan.parks().forEach(park -> parking.add(park.shard()));
    }

    Map<ShardId, ShardHead.At> moved() {
        return moved;
    }

    @Override
    public ShardHead head(ShardId shard) {
        ShardHead.At head = moved.get(shard);
        return head != null ? head : before.head(shard);
    }

    @Override
    public boolean stopped(ShardId shard) {
        return stopping.contains(shard) || before.stopped(shard);
    }

    @Override
    public Optional<RecordPlanner.Hindrance> hindrance(ShardId shard) {
        return parking.contains(shard) ? Optional.of(ParkedShards.BEHIND) : before.hindrance(shard);
    }
}
