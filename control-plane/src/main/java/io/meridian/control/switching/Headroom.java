package io.meridian.control.switching;

import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Whether the target zones can bear what the run brings them, and whether the others could bear everything if one region went afterwards. Counted
 * in shards, as the assignment counts a zone's capacity; zones that declare none bound nothing.
 */
final class Headroom {
    private Headroom() {}

    /** @param after shards per zone when the run is done */
    static void add(List<Gate> gates, Topology topology, Map<ZoneId, Integer> after, SortedSet<ZoneId> targets) {
        for (Topology.Zone zone : topology.shardZones()) {
            if (targets.contains(zone.id())) {
                gates.add(target(topology, zone, after.getOrDefault(zone.id(), 0)));
            }
        }
        Optional<Integer> load = topology.limits().rps();
        if (load.isPresent()
                && topology.shardZones().stream()
                        .allMatch(zone -> zone.capacity().isPresent())
                && topology.regions().size() > 1) {
            topology.regions().forEach(region -> gates.add(without(topology, region.id(), load.get())));
        }
    }

    private static Gate target(Topology topology, Topology.Zone zone, int shards) {
        String about = zone.id().name();
        Optional<Integer> load = topology.limits().rps();
        if (zone.capacity().isEmpty() || load.isEmpty()) {
            String missing = zone.capacity().isEmpty() ? "no capacity declared" : "no limits.rps declared";
            return Gate.open(Gate.Name.HEADROOM, about, shards + " shards", missing, true);
        }
        int capacity = zone.capacity().getAsInt();
        // Its part of the load, rounded up: a zone is never promised a fraction that it may not have.
        long rps = Math.ceilDiv((long) load.get() * shards, topology.shards());
        return Gate.of(
                rps <= capacity,
                Gate.Name.HEADROOM,
                about,
                rps + " rps",
                capacity + " rps",
                true,
                "zone " + about + " would serve " + rps + " requests per second, its capacity is " + capacity
                        + "; move fewer shards to it, or raise it");
    }

    private static Gate without(Topology topology, RegionId lost, int load) {
        long others = topology.shardZones().stream()
                .filter(zone -> !zone.region().equals(lost))
                .mapToLong(zone -> zone.capacity().orElse(0))
                .sum();
        return Gate.of(
                others >= load,
                Gate.Name.HEADROOM,
                "without " + lost,
                others + " rps",
                load + " rps",
                true,
                "without region " + lost + " the others could serve " + others + " of " + load
                        + " requests per second; raise their capacity");
    }
}
