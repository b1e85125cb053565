package io.meridian.control.switching;

import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Whether the target zones can bear what the run brings them, and whether the others could bear everything if one region went afterwards. Counted
 * in shards, as the assignment counts a zone's capacity; zones that declare none bound nothing.
 */
final class Headroom {
    private Headroom() {}

    /** @param after shards per zone when the run is done */
    static void add(List<Gate> gates, Topology topology, Map<ZoneId, Integer> after, SortedSet<ZoneId> targets) {
        for (Topology.Zone zone : topology.zones()) {
            if (targets.contains(zone.id())) {
                gates.add(target(zone, after.getOrDefault(zone.id(), 0)));
            }
        }
        if (topology.zones().stream().allMatch(zone -> zone.capacity().isPresent())
                && topology.regions().size() > 1) {
            topology.regions().forEach(region -> gates.add(without(topology, region.id())));
        }
    }

    private static Gate target(Topology.Zone zone, int shards) {
        String about = zone.id().name();
        if (zone.capacity().isEmpty()) {
            return Gate.open(Gate.Name.HEADROOM, about, shards + " shards", "none declared", true);
        }
        int capacity = zone.capacity().getAsInt();
        return Gate.of(
                shards <= capacity,
                Gate.Name.HEADROOM,
                about,
                shards + " shards",
                capacity + " shards",
                true,
                "zone " + about + " would serve " + shards + " shards, its capacity is " + capacity
                        + "; move fewer, or raise it");
    }

    private static Gate without(Topology topology, RegionId lost) {
        long others = topology.zones().stream()
                .filter(zone -> !zone.region().equals(lost))
                .mapToLong(zone -> zone.capacity().orElse(0))
                .sum();
        return Gate.of(
                others >= topology.shards(),
                Gate.Name.HEADROOM,
                "without " + lost,
                others + " shards",
                topology.shards() + " shards",
                true,
                "without region " + lost + " the others could serve " + others + " of " + topology.shards()
                        + " shards; raise their capacity");
    }
}
