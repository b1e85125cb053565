package io.meridian.router.compile;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a region's Envoys should have now.
 *
 * @param revision of the view that it was compiled from
 */
public record EnvoyResources(long revision, Map<ResourceType, SortedMap<String, EnvoyResource>> byType) {
    /** What there is before the first topology: nothing to give, and not even an answer that there is nothing. */
    public static final EnvoyResources NOT_YET = new EnvoyResources(0, Map.of());

    public static EnvoyResources of(long revision, Map<ResourceType, Iterable<EnvoyResource>> resources) {
        var byType = new EnumMap<ResourceType, SortedMap<String, EnvoyResource>>(ResourceType.class);
        resources.forEach((type, all) -> {
            var byName = new TreeMap<String, EnvoyResource>();
            all.forEach(resource -> byName.put(resource.name(), resource));
            byType.put(type, Collections.unmodifiableSortedMap(byName));
        });
        return new EnvoyResources(revision, Collections.unmodifiableMap(byType));
    }

    public boolean known() {
        return !byType.isEmpty();
    }

    public SortedMap<String, EnvoyResource> of(ResourceType type) {
        return byType.getOrDefault(type, Collections.emptySortedMap());
    }
}
