package io.meridian.conflict.merge;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Elements, each with the versions that put it in, and what has been seen of each region. What is seen and not in was taken out by somebody who knew of
 * it. An observed-remove set; as the values of a column that were written concurrently, a multi-value register.
 *
 * @param seen by region, the clock up to which all its changes of this column are in here
 * @param elements each with the changes that put it in and that nobody has taken back: region to clock
 */
public record Observed(SortedMap<String, Long> seen, SortedMap<String, SortedMap<String, Long>> elements) {
    public static final Observed NOTHING = new Observed(Collections.emptySortedMap(), Collections.emptySortedMap());

    static Observed join(Observed a, Observed b, Version floor) {
        var seen = new TreeMap<>(a.seen);
        b.seen.forEach((region, clock) -> seen.merge(region, clock, Math::max));
        seen.entrySet().removeIf(entry -> !new Version(entry.getValue(), entry.getKey()).isAbove(floor));
        var elements = new TreeMap<String, SortedMap<String, Long>>();
        a.elements.forEach((element, dots) -> keep(elements, element, dots, b, floor));
        b.elements.forEach((element, dots) -> keep(elements, element, dots, a, floor));
        return new Observed(seen, elements);
    }

    private static void keep(
            SortedMap<String, SortedMap<String, Long>> into,
            String element,
            Map<String, Long> dots,
            Observed other,
            Version floor) {
        Map<String, Long> there = other.elements.getOrDefault(element, Collections.emptySortedMap());
        dots.forEach((region, clock) -> {
            boolean unknownThere = clock > other.seen.getOrDefault(region, 0L);
            if (new Version(clock, region).isAbove(floor) && (unknownThere || clock.equals(there.get(region)))) {
                into.computeIfAbsent(element, _ -> new TreeMap<>()).put(region, clock);
            }
        });
    }

    /** The last change that put the element in. */
    Version newest(String element) {
        return elements.getOrDefault(element, Collections.emptySortedMap()).entrySet().stream()
                .map(dot -> new Version(dot.getValue(), dot.getKey()))
                .max(Version::compareTo)
                .orElse(Version.NONE);
    }
}
