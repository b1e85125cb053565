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

    /** That there is nothing for somebody is known. */
    public static EnvoyResources nothing(long revision) {
        var byType = new EnumMap<ResourceType, SortedMap<String, EnvoyResource>>(ResourceType.class);
        for (ResourceType type : ResourceType.values()) {
            byType.put(type, Collections.emptySortedMap());
        }
        return new EnvoyResources(revision, Collections.unmodifiableMap(byType));
    }

    /** The same, made of the very objects of {@code before} where nothing changed. */
    public EnvoyResources sharing(EnvoyResources before) {
        var shared = new EnumMap<ResourceType, SortedMap<String, EnvoyResource>>(ResourceType.class);
        byType.forEach((type, resources) -> shared.put(type, sharing(resources, before.of(type))));
        return new EnvoyResources(revision, Collections.unmodifiableMap(shared));
    }

    private static SortedMap<String, EnvoyResource> sharing(
            SortedMap<String, EnvoyResource> resources, SortedMap<String, EnvoyResource> before) {
        var shared = new TreeMap<String, EnvoyResource>();
        boolean same = resources.size() == before.size();
        for (EnvoyResource resource : resources.values()) {
            EnvoyResource old = before.get(resource.name());
            boolean kept = old != null && old.version().equals(resource.version());
            shared.put(resource.name(), kept ? old : resource);
            same &= kept;
        }
        return same ? before : Collections.unmodifiableSortedMap(shared);
    }

    public boolean known() {
        return !byType.isEmpty();
    }

    public SortedMap<String, EnvoyResource> of(ResourceType type) {
        return byType.getOrDefault(type, Collections.emptySortedMap());
    }
}
