package io.meridian.agent.feed;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which shards are furthest behind. A shard is as far behind as its partition of its owner's stream, unless it waits or is stopped by itself: then it
 * counts from its oldest entry that was not applied, while its partition goes on. Pure.
 */
final class WorstShards {
    /** Enough to see what is wrong; a partition that lags has thousands. */
    static final int TOLD = 10;
    /** What is less far behind is not worth telling: a heartbeat comes each second. */
    private static final long WORTH_TELLING_MILLIS = 2_000;

    private WorstShards() {}

    enum Kind {
        BEHIND,
        WAITING,
        STOPPED
    }

    record Item(ShardId shard, RegionId source, long millis, Kind kind, String reason) {}

    /** @param alone those that wait or are stopped by themselves @return worst first */
    static List<Item> of(DesiredState state, RegionId here, List<ReportFacts.Lag> lags, List<Item> alone) {
        Map<RegionId, List<OptionalLong>> partitions = new HashMap<>();
        lags.forEach(lag -> partitions.put(lag.source(), lag.partitionMillis()));
        List<Item> items = new ArrayList<>(alone);
        Set<ShardId> told = new HashSet<>();
        alone.forEach(item -> told.add(item.shard()));
        state.shards().forEach((shard, ownership) -> {
            if (ownership instanceof Ownership.Grant grant && !grant.owner().equals(here) && !told.contains(shard)) {
                millis(partitions.getOrDefault(grant.owner(), List.of()), shard).ifPresent(millis -> {
                    if (millis > WORTH_TELLING_MILLIS) {
                        items.add(new Item(shard, grant.owner(), millis, Kind.BEHIND, ""));
                    }
                });
            }
        });
        items.sort(Comparator.comparingLong(Item::millis).reversed().thenComparing(Item::shard));
        return List.copyOf(items.subList(0, Math.min(TOLD, items.size())));
    }

    private static OptionalLong millis(List<OptionalLong> partitions, ShardId shard) {
        return partitions.isEmpty() ? OptionalLong.empty() : partitions.get(shard.number() % partitions.size());
    }
}
