package io.meridian.local.service;

import io.meridian.local.instance.Layout;
import io.meridian.local.instance.StoreGroup;
import io.meridian.local.service.Programs.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process that every region has: one of each kind, and an agent for each store group.
 *
 * @param name of its folder, and behind the region of the process
 * @param group whose agent it is; of the others the first
 */
public record Service(Kind kind, String name, StoreGroup group) {
    /** Of each region, in the order in which they are started. */
    public static List<Service> of(Layout layout) {
        List<Service> services = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (kind == Kind.AGENT) {
                layout.groups().forEach(group -> services.add(new Service(kind, group.agent(), group)));
            } else {
                services.add(new Service(kind, kind.service(), layout.groups().getFirst()));
            }
        }
        return services;
    }

    public static Optional<Service> named(Layout layout, String name) {
        return of(layout).stream()
                .filter(service -> service.name().equals(name))
                .findFirst();
    }
}
