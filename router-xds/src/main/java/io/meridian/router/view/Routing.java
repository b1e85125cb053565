package io.meridian.router.view;

import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that is routed by.
 *
 * @param routes one per shard, by its number; empty as long as no topology was applied
 */
public record Routing(Places places, List<Route> routes) {
    public static final Routing NOTHING = new Routing(
            new Places(List.of(), Collections.unmodifiableSortedMap(new TreeMap<>()), List.of()), List.of());

    public static Routing of(Places places, int shards, SortedMap<ShardId, Route> routes) {
        var all = new ArrayList<Route>(Collections.nCopies(shards, Route.UNOWNED));
        return new Routing(places, put(all, routes));
    }

    /** Costs a copy of the shards' list: for 65,536 of them about 0.1 ms. */
    public Routing with(Places newPlaces, SortedMap<ShardId, Route> changed) {
        return new Routing(newPlaces, changed.isEmpty() ? routes : put(new ArrayList<>(routes), changed));
    }

    public int shards() {
        return routes.size();
    }

    public Route route(ShardId shard) {
        return routes.get(shard.number());
    }

    private static List<Route> put(ArrayList<Route> all, SortedMap<ShardId, Route> changed) {
        changed.forEach((shard, route) -> {
            if (shard.number() < 0 || shard.number() >= all.size()) {
                throw new IllegalStateException(
                        "the feed names shard " + shard + ", but there are " + all.size() + " shards");
            }
            all.set(shard.number(), route);
        });
        return Collections.unmodifiableList(all);
    }
}
