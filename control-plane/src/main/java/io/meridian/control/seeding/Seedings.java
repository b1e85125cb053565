package io.meridian.control.seeding;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * @param all oldest first: those that are not over, and the newest of those that are
 * @param made also the number in the newest one's id
 * @param unfit by region: shards whose copy there is not whole, so that it may not own them, whatever becomes of the seeding that began them
 */
public record Seedings(List<Seeding> all, long made, SortedMap<RegionId, SortedSet<ShardId>> unfit) {
    static final int ENDED_KEPT = 20;

    public Seedings {
        all = List.copyOf(all);
        var copy = new TreeMap<RegionId, SortedSet<ShardId>>();
        unfit.forEach((region, shards) -> {
            if (!shards.isEmpty()) {
                copy.put(region, Collections.unmodifiableSortedSet(new TreeSet<>((Set<ShardId>) shards)));
            }
        });
        unfit = Collections.unmodifiableSortedMap(copy);
    }

    public static Seedings none() {
        return new Seedings(List.of(), 0, new TreeMap<>());
    }

    public Optional<Seeding> find(String id) {
        return all.stream().filter(seeding -> seeding.id().equals(id)).findFirst();
    }

    public Stream<Seeding> running() {
        return all.stream().filter(Seeding::running);
    }

    /** The shards whose copy in {@code region} is not whole. */
    public SortedSet<ShardId> unfit(RegionId region) {
        return unfit.getOrDefault(region, Collections.emptySortedSet());
    }

    /** The shards that {@code region} must not come to own: their copies are not whole, or are to be made anew. */
    public Set<ShardId> doubted(RegionId region) {
        var shards = new HashSet<ShardId>(unfit(region));
        running()
                .filter(seeding -> seeding.region().equals(region))
                .forEach(seeding -> seeding.shards().forEach(shard -> shards.add(shard.shard())));
        return shards;
    }

    /** A new one, or what became of one. */
    public Seedings with(Seeding changed) {
        var next = new ArrayList<>(all);
        int known = -1;
        for (int i = 0; i < next.size(); i++) {
            known = next.get(i).id().equals(changed.id()) ? i : known;
        }
        if (known < 0) {
            next.add(changed);
        } else if (changed.running()) {
            next.set(known, changed);
        } else {
            next.remove(known);
            next.add(changed);
        }
        long ended = next.stream().filter(seeding -> !seeding.running()).count();
        for (var each = next.iterator(); ended > ENDED_KEPT; ) {
            if (!each.next().running()) {
                each.remove();
                ended--;
            }
        }
        return new Seedings(next, known < 0 ? made + 1 : made, unfit);
    }

    /** From now on the copies in {@code region} are whole; or are not. */
    public Seedings with(RegionId region, Collection<ShardId> shards, boolean whole) {
        var next = new TreeMap<RegionId, SortedSet<ShardId>>((Map<RegionId, SortedSet<ShardId>>) unfit);
        var there = new TreeSet<ShardId>(unfit(region));
        if (whole) {
            there.removeAll(shards);
        } else {
            there.addAll(shards);
        }
        next.put(region, there);
        return new Seedings(all, made, next);
    }

    /** Of a topology with these regions. */
    public Seedings only(Collection<RegionId> regions) {
        var next = new TreeMap<RegionId, SortedSet<ShardId>>((Map<RegionId, SortedSet<ShardId>>) unfit);
        next.keySet().retainAll(regions);
        return new Seedings(all, made, next);
    }

    /** Of another control plane's state, whose agents will not report here; what they had begun is not whole. */
    public Seedings withoutRunning() {
        return new Seedings(all.stream().filter(seeding -> !seeding.running()).toList(), made, unfit);
    }
}
