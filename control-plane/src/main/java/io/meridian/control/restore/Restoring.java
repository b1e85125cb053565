package io.meridian.control.restore;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shards that nobody owns yet since a restore, with the rows that the regions have told of each.
 *
 * @param rows ascending by shard; a shard leaves when it is granted
 */
public record Restoring(SortedMap<ShardId, SortedMap<RegionId, Row>> rows) {
    /** Since a backup was made no shard can have changed hands half so often; below it lies every epoch that an agent can know. */
    public static final long EPOCHS_ABOVE = 1_000_000;
    /** Newer than any revision that an agent or router heard of: they ignore older ones. */
    public static final long REVISIONS_ABOVE = 1_000_000_000;
    /** A store answers an order about an orphan as done when it remembers one of that id, of which the backup may know nothing. */
    public static final long ORDERS_ABOVE = 1_000_000;

    /**
     * A fence row that has reached the restore's withdrawal, so that nothing older can be opened in that store any more.
     *
     * @param owned the last epoch that the store owned; 0: none
     * @param closedAt of CLOSE(owned); absent only where nothing was owned
     */
    public record Row(Epoch owned, Optional<Position> closedAt) {}

    public Restoring {
        var copy = new TreeMap<ShardId, SortedMap<RegionId, Row>>();
        rows.forEach((shard, told) ->
                copy.put(shard, Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Row>) told))));
        rows = Collections.unmodifiableSortedMap(copy);
    }

    public static Restoring none() {
        return new Restoring(new TreeMap<>());
    }

    public static Restoring of(Collection<ShardId> shards) {
        var rows = new TreeMap<ShardId, SortedMap<RegionId, Row>>();
        shards.forEach(shard -> rows.put(shard, new TreeMap<>()));
        return new Restoring(rows);
    }

    public Restoring told(RegionId region, SortedMap<ShardId, Row> news) {
        var next = new TreeMap<ShardId, SortedMap<RegionId, Row>>((Map<ShardId, SortedMap<RegionId, Row>>) rows);
        news.forEach((shard, row) -> next.computeIfPresent(shard, (_, told) -> {
            var more = new TreeMap<RegionId, Row>((Map<RegionId, Row>) told);
            more.put(region, row);
            return more;
        }));
        return new Restoring(next);
    }

    public Restoring without(Collection<ShardId> granted) {
        if (over()) {
            return this;
        }
        var next = new TreeMap<ShardId, SortedMap<RegionId, Row>>((Map<ShardId, SortedMap<RegionId, Row>>) rows);
        next.keySet().removeAll(Set.copyOf(granted));
        return new Restoring(next);
    }

    public boolean over() {
        return rows.isEmpty();
    }

    /** @return whether {@code region} has not told of {@code shard}, which waits for it */
    public boolean awaits(RegionId region, ShardId shard) {
        SortedMap<RegionId, Row> told = rows.get(shard);
        return told != null && !told.containsKey(region);
    }
}
