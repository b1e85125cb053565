package io.meridian.router.view;

import io.meridian.topology.ZoneId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much of its declared weight each C zone has now.
 *
 * @param byService of zones that have less than all of it: above 0, below 1
 */
public record Shares(SortedMap<String, SortedMap<ZoneId, Double>> byService) {
    public static final Shares WHOLE = new Shares(Collections.emptySortedMap());

    public double of(String service, ZoneId zone) {
        SortedMap<ZoneId, Double> zones = byService.get(service);
        return zones == null ? 1 : zones.getOrDefault(zone, 1.0);
    }

    /** @param share 1: all of it */
    public Shares with(String service, ZoneId zone, double share) {
        var services = new TreeMap<String, SortedMap<ZoneId, Double>>(byService);
        var zones = new TreeMap<ZoneId, Double>(services.getOrDefault(service, Collections.emptySortedMap()));
        if (share >= 1) {
            zones.remove(zone);
        } else {
            zones.put(zone, share);
        }
        if (zones.isEmpty()) {
            services.remove(service);
        } else {
            services.put(service, Collections.unmodifiableSortedMap(zones));
        }
        return new Shares(Collections.unmodifiableSortedMap(services));
    }
}
