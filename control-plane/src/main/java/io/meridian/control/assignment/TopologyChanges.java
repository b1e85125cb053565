package io.meridian.control.assignment;

import io.meridian.topology.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The difference between two topologies as sentences for people. */
final class TopologyChanges {
    private TopologyChanges() {}

    static List<String> between(Topology before, Topology after) {
        var changes = new ArrayList<String>();
        if (!before.name().equals(after.name())) {
            changes.add("name: " + before.name() + " -> " + after.name());
        }
        compare(changes, "region", before.regions(), after.regions(), region -> region.id() + "");
        compare(changes, "store group", before.storeGroups(), after.storeGroups(), Topology.StoreGroup::name);
        compare(changes, "zone", before.zones(), after.zones(), zone -> zone.id() + "");
        compare(changes, "service", before.services(), after.services(), Topology.Service::name);
        compare(changes, "table", before.tables(), after.tables(), table -> table.schema() + "." + table.name());
        compare(changes, "gateway", before.gateways(), after.gateways(), gate -> gate.from() + " -> " + gate.to());
        if (weightsDiffer(before, after)) {
            changes.add("weights changed: shards stay where they are until they are moved");
        }
        if (changes.isEmpty()) {
            changes.add("order of entries");
        }
        return changes;
    }

    private static <T> void compare(
            List<String> changes, String what, List<T> before, List<T> after, Function<T, String> name) {
        Map<String, T> old = byName(before, name);
        Map<String, T> now = byName(after, name);
        old.forEach((key, item) -> {
            T other = now.get(key);
            if (other == null) {
                changes.add(what + " " + key + " removed");
            } else if (!item.equals(other)) {
                changes.add(what + " " + key + " changed: " + item + " -> " + other);
            }
        });
        now.keySet().stream()
                .filter(key -> !old.containsKey(key))
                .forEach(key -> changes.add(what + " " + key + " added: " + now.get(key)));
    }

    private static <T> Map<String, T> byName(List<T> items, Function<T, String> name) {
        var byName = new LinkedHashMap<String, T>();
        items.forEach(item -> byName.put(name.apply(item), item));
        return byName;
    }

    private static boolean weightsDiffer(Topology before, Topology after) {
        return before.zones().stream()
                .anyMatch(zone -> after.zone(zone.id())
                        .filter(now -> now.weight() != zone.weight())
                        .isPresent());
    }
}
