package io.meridian.topology;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Of which kinds a document's zones are, as far as that can be read: a zone whose kind is at fault may be of any, so that it is one fault, not one
 * more for each place that refers to it.
 */
final class ZoneKinds {
    private static final String KINDS = "expected one of R, C, G";

    /** As written, misspelled ones too. */
    private final Set<String> names;

    private final TreeMap<String, Topology.Kind> kinds = new TreeMap<>();
    private final boolean whole;

    ZoneKinds(DocumentNode document) {
        names = document.names("zones");
        if (document.child("zones").value() instanceof List<?> zones) {
            for (Object zone : zones) {
                if (zone instanceof Map<?, ?> map && map.get("name") instanceof String name) {
                    kindOf(map).ifPresent(kind -> kinds.put(name, kind));
                }
            }
            whole = !zones.isEmpty() && kinds.size() == zones.size();
        } else {
            whole = false;
        }
    }

    /** Of one zone or service; R where it does not say. */
    static Optional<Topology.Kind> read(DocumentNode node) {
        Optional<Topology.Kind> kind =
                node.value() instanceof Map<?, ?> map ? kindOf(map) : Optional.of(Topology.Kind.R);
        if (kind.isEmpty()) {
            node.child("kind").fault(KINDS + ", found " + node.child("kind").found());
        }
        return kind;
    }

    static Optional<Topology.Kind> kindOf(Map<?, ?> entry) {
        return entry.containsKey("kind")
                ? Arrays.stream(Topology.Kind.values())
                        .filter(kind -> kind.name().equals(entry.get("kind")))
                        .findFirst()
                : Optional.of(Topology.Kind.R);
    }

    Set<String> names() {
        return names;
    }

    List<String> of(Topology.Kind kind) {
        return kinds.entrySet().stream()
                .filter(zone -> zone.getValue() == kind)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether all are known, and none is of {@code kind}. */
    boolean none(Topology.Kind kind) {
        return whole && !kinds.containsValue(kind);
    }

    /** The kind of {@code zone} if it is none of {@code fitting}; empty: it fits, or nobody knows. */
    Optional<Topology.Kind> unfit(String zone, Set<Topology.Kind> fitting) {
        return Optional.ofNullable(kinds.get(zone)).filter(kind -> !fitting.contains(kind));
    }
}
