package io.meridian.router.compile;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a region's Envoys should have now, by how much each may see.
 *
 * @param byService what an Envoy of that service only gets, all of it also in {@code everything}
 */
public record Catalogue(EnvoyResources everything, SortedMap<String, EnvoyResources> byService) {
    public static final Catalogue NOT_YET = new Catalogue(EnvoyResources.NOT_YET, Collections.emptySortedMap());

    public static Catalogue of(EnvoyResources everything) {
        return new Catalogue(everything, Collections.emptySortedMap());
    }

    /** A service that is not known has nothing, as of the same revision. */
    public EnvoyResources of(Scope scope) {
        return switch (scope) {
            case Scope.Region _ -> everything;
            case Scope.Service service ->
                everything.known()
                        ? byService.getOrDefault(service.name(), EnvoyResources.nothing(everything.revision()))
                        : everything;
        };
    }

    public boolean knows(Scope scope) {
        return switch (scope) {
            case Scope.Region _ -> true;
            case Scope.Service service -> byService.containsKey(service.name());
        };
    }

    /** The same, made of the very objects of {@code before} where nothing changed: so what did not change is seen at a glance. */
    public Catalogue sharing(Catalogue before) {
        EnvoyResources shared = everything.sharing(before.everything());
        var services = new TreeMap<String, EnvoyResources>();
        for (Map.Entry<String, EnvoyResources> entry : byService.entrySet()) {
            EnvoyResources own = entry.getValue().sharing(shared);
            EnvoyResources old = before.byService().get(entry.getKey());
            services.put(entry.getKey(), old == null ? own : own.sharing(old));
        }
        return new Catalogue(shared, Collections.unmodifiableSortedMap(services));
    }
}
