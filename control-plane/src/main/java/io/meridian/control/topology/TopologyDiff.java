package io.meridian.control.topology;

import io.meridian.topology.Topology;
import io.meridian.topology.TopologyWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How two topologies differ, place by place, as their documents have it. Entries of a list are the same when they have the same name,
 * wherever they stand; those without a name are told apart by their place.
 */
public final class TopologyDiff {
    private static final Map<String, String> ENTRY_OF = Map.of(
            "regions", "region",
            "storeGroups", "store group",
            "zones", "zone",
            "services", "service",
            "tables", "table",
            "gateways", "gateway",
            "residency", "residency",
            "maintenanceWindows", "maintenance window");

    private static final int LONG_TEXT = 200;

    /**
     * @param pointer into the newer document, or into the older one for what is gone from it
     * @param what the place in words: {@code zone east-2: weight}
     * @param before empty: was not there
     * @param after empty: is gone
     */
    public record Change(String pointer, String what, Optional<Object> before, Optional<Object> after) {
        public String sentence() {
            if (before.isEmpty()) {
                return what + " added: " + shortened(after.orElseThrow());
            }
            return after.isEmpty()
                    ? what + " removed: " + shortened(before.get())
                    : what + " changed: " + shortened(before.get()) + " -> " + shortened(after.get());
        }

        /** Key sets are long, and nobody reads them. */
        private static Object shortened(Object value) {
            return switch (value) {
                case String text
                when text.length() > LONG_TEXT ->
                    text.substring(0, LONG_TEXT / 2) + "... (" + text.length() + " characters)";
                case Map<?, ?> map -> {
                    var each = new LinkedHashMap<Object, Object>();
                    map.forEach((key, inside) -> each.put(key, shortened(inside)));
                    yield each;
                }
                case List<?> list -> list.stream().map(Change::shortened).toList();
                default -> value;
            };
        }
    }

    private final List<Change> changes = new ArrayList<>();

    private TopologyDiff() {}

    /** In the order of the newer document. */
    public static List<Change> between(Topology before, Topology after) {
        var diff = new TopologyDiff();
        diff.objects("", "", TopologyWriter.write(before), TopologyWriter.write(after));
        return List.copyOf(diff.changes);
    }

    private void objects(String pointer, String what, Map<?, ?> before, Map<?, ?> after) {
        var keys = new LinkedHashSet<Object>(after.keySet());
        keys.addAll(before.keySet());
        for (Object key : keys) {
            String place = what.isEmpty() ? key.toString() : what + ": " + key;
            values(
                    pointer + "/" + key,
                    place,
                    Optional.ofNullable(before.get(key)),
                    Optional.ofNullable(after.get(key)));
        }
    }

    private void values(String pointer, String what, Optional<?> before, Optional<?> after) {
        if (before.equals(after)) {
            return;
        }
        Object old = before.orElse(null);
        Object now = after.orElse(null);
        if (old instanceof Map<?, ?> oldMap && now instanceof Map<?, ?> nowMap) {
            objects(pointer, what, oldMap, nowMap);
        } else if (ENTRY_OF.get(what) instanceof String entry) {
            entries(pointer, what, entry, list(old), list(now));
        } else {
            changes.add(new Change(pointer, what, before.map(Object.class::cast), after.map(Object.class::cast)));
        }
    }

    private void entries(String pointer, String what, String entry, List<?> before, List<?> after) {
        Map<String, Integer> old = places(before);
        Map<String, Integer> now = places(after);
        now.forEach((name, place) -> values(
                pointer + "/" + place,
                entry + " " + name,
                Optional.ofNullable(old.get(name)).map(before::get),
                Optional.of(after.get(place))));
        old.forEach((name, place) -> {
            if (!now.containsKey(name)) {
                values(pointer + "/" + place, entry + " " + name, Optional.of(before.get(place)), Optional.empty());
            }
        });
        List<String> oldOrder = old.keySet().stream().filter(now::containsKey).toList();
        List<String> newOrder = now.keySet().stream().filter(old::containsKey).toList();
        if (!oldOrder.equals(newOrder)) {
            changes.add(new Change(pointer, "order of " + what, Optional.of(oldOrder), Optional.of(newOrder)));
        }
    }

    private static Map<String, Integer> places(List<?> entries) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int place = 0; place < entries.size(); place++) {
            Map<?, ?> entry = (Map<?, ?>) entries.get(place);
            String name = entry.get("name") instanceof String given
                    ? given
                    : entry.containsKey("address") ? entry.get("from") + " -> " + entry.get("to") : "" + (place + 1);
            places.put(name, place);
        }
        return places;
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    /** For people; never empty when the two differ. */
    public static List<String> sentences(Topology before, Topology after) {
        var sentences = new ArrayList<>(
                between(before, after).stream().map(Change::sentence).toList());
        boolean weights = before.shardZones().stream()
                .anyMatch(zone -> after.zone(zone.id())
                        .filter(now -> now.sharded() && now.weight() != zone.weight())
                        .isPresent());
        if (weights) {
            sentences.add("weights changed: shards stay where they are until they are moved");
        }
        return sentences;
    }
}
