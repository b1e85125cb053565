package io.meridian.agent.apply;

import io.meridian.agent.seeding.Taking;
import io.meridian.conflict.KnownLineage;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The shards as they will be once plans that are not committed yet took effect. */
final class ShardsAhead implements RecordPlanner.Shards {
    private final RecordPlanner.Shards before;
    private final Map<ShardId, ShardHead.At> moved = new HashMap<>();
    private final Map<ShardId, List<Ownership.Grant>> opened = new HashMap<>();
    private final Set<ShardId> stopping = new HashSet<>();
    private final Set<ShardId> parking = new HashSet<>();
    private final Set<ShardId> failing = new HashSet<>();

    ShardsAhead(RecordPlanner.Shards before) {
        this.before = before;
    }

    void add(RecordPlanner.Plan.Apply plan) {
        moved.putAll(plan.heads());
        plan.opened()
                .forEach(one -> opened.computeIfAbsent(one.grant().shard(), _ -> new ArrayList<>())
                        .add(one.grant()));
        plan.stops().forEach(stop -> stopping.add(stop.shard()));
        plan.parks().forEach(park -> parking.add(park.shard()));
        plan.seeds().failed().forEach(one -> failing.add(one.shard()));
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

    @Override
    public boolean frozen(ShardId shard, ShardHead.At next) {
        return before.frozen(shard, next);
    }

    @Override
    public Optional<KnownLineage> known(ShardId shard) {
        Optional<KnownLineage> known = before.known(shard);
        List<Ownership.Grant> grants = opened.get(shard);
        if (grants == null) {
            return known;
        }
        return known.map(then -> {
            Lineage lineage = then.lineage();
            for (Ownership.Grant grant : grants) {
                lineage = lineage.learned(grant);
            }
            return new KnownLineage(then.here(), lineage, false);
        });
    }

    @Override
    public Optional<Taking> taking(ShardId shard) {
        return before.taking(shard)
                .map(taking -> failing.contains(shard)
                        ? new Taking(
                                taking.id(),
                                taking.attempt(),
                                taking.owner(),
                                Taking.Phase.FAILED,
                                taking.missing(),
                                taking.version())
                        : taking);
    }

    @Override
    public boolean awaitsTaking(ShardId shard) {
        return !moved.containsKey(shard) && before.awaitsTaking(shard);
    }

    @Override
    public boolean turnedFrom(ShardId shard, Epoch epoch) {
        return before.turnedFrom(shard, epoch);
    }
}
