package io.meridian.control.failover;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.ownership.Epoch;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The stores that were lost and are not back in line. */
public record Losses(SortedMap<StoreId, Loss> stores) {
    public Losses {
        stores = Collections.unmodifiableSortedMap(new TreeMap<>((Map<StoreId, Loss>) stores));
    }

    public static Losses none() {
        return new Losses(new TreeMap<>());
    }

    public Optional<Loss> of(StoreId store) {
        return Optional.ofNullable(stores.get(store));
    }

    /** All shards of which orphans may still come. */
    public SortedSet<ShardId> unclean() {
        var all = new TreeSet<ShardId>();
        stores.values().forEach(loss -> all.addAll(loss.unclean()));
        return all;
    }

    public Losses with(StoreId store, Loss loss) {
        var all = new TreeMap<StoreId, Loss>((Map<StoreId, Loss>) stores);
        all.put(store, loss);
        return new Losses(all);
    }

    public Losses without(StoreId store) {
        var all = new TreeMap<StoreId, Loss>((Map<StoreId, Loss>) stores);
        all.remove(store);
        return new Losses(all);
    }

    public Losses only(Collection<StoreId> known) {
        var all = new TreeMap<StoreId, Loss>((Map<StoreId, Loss>) stores);
        all.keySet().retainAll(known);
        return new Losses(all);
    }

    /** Who waited for {@code shard} to go on waits for its new epoch now. */
    Losses followed(ShardId shard, Epoch next, RegionId owner, boolean cutAgain) {
        var all = new TreeMap<StoreId, Loss>((Map<StoreId, Loss>) stores);
        all.replaceAll((_, loss) -> {
            Loss.Cut cut = loss.cuts().get(shard);
            return cut == null ? loss : loss.with(new TreeMap<>(Map.of(shard, cut.followedBy(next, owner, cutAgain))));
        });
        return new Losses(all);
    }
}
