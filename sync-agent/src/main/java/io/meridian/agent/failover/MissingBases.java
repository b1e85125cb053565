package io.meridian.agent.failover;

import io.meridian.agent.store.HeadBoard;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** What shards wait for, from which region's stream, and for how long. Safe for any thread. */
public final class MissingBases {
    private record Missing(Base.At base, long sinceNanos) {}

    /** @param holders regions that are known to have it */
    public record Wanted(Set<Integer> partitions, Set<RegionId> holders) {}

    private final HeadBoard heads;
    private final LossView view;
    private final int partitions;
    private final Map<ShardId, Missing> missing = new ConcurrentHashMap<>();

    public MissingBases(HeadBoard heads, LossView view, int partitions) {
        this.heads = heads;
        this.view = view;
        this.partitions = partitions;
    }

    /** An OPEN waits for it. May be said again and again. */
    public void awaited(ShardId shard, Base.At base) {
        missing.compute(
                shard,
                (_, known) ->
                        known != null && known.base().equals(base) ? known : new Missing(base, System.nanoTime()));
    }

    /** By region whose stream it is in: what has not come for at least {@code patience}, cuts of failovers included. */
    public Map<RegionId, Wanted> longerThan(Duration patience) {
        Map<ShardId, RegionId> holders = new HashMap<>();
        for (LossOrders.Gather gather : view.orders().gathers()) {
            gather.cut().ifPresent(cut -> {
                if (cut.base() instanceof Base.At base && !isIn(gather.shard(), base)) {
                    awaited(gather.shard(), base);
                    holders.put(gather.shard(), cut.holder());
                }
            });
        }
        missing.entrySet()
                .removeIf(entry -> isIn(entry.getKey(), entry.getValue().base()));
        long now = System.nanoTime();
        Map<RegionId, Wanted> wanted = new HashMap<>();
        missing.forEach((shard, one) -> {
            if (now - one.sinceNanos() >= patience.toNanos()) {
                Wanted of = wanted.computeIfAbsent(
                        one.base().region(), _ -> new Wanted(new TreeSet<>(), new TreeSet<>(MissingBases::byName)));
                of.partitions().add(shard.partition(partitions));
                Optional.ofNullable(holders.get(shard)).ifPresent(of.holders()::add);
            }
        });
        return wanted;
    }

    private static int byName(RegionId one, RegionId other) {
        return one.name().compareTo(other.name());
    }

    private boolean isIn(ShardId shard, Base.At base) {
        ShardHead head = heads.head(shard);
        return head instanceof ShardHead.At at
                && (at.epoch().isAbove(base.epoch())
                        || (at.epoch().equals(base.epoch())
                                && Long.compareUnsigned(
                                                at.position().lsn(),
                                                base.position().lsn())
                                        >= 0));
    }
}
