package io.meridian.control.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** @param all oldest first, the newest {@link #KEPT}; one of them may be under way @param made also the number in the newest one's id */
public record Repairs(List<Repair> all, long made) {
    static final int KEPT = 20;

    public Repairs {
        all = List.copyOf(all);
    }

    public static Repairs none() {
        return new Repairs(List.of(), 0);
    }

    public Optional<Repair> find(String id) {
        return all.stream().filter(repair -> repair.id().equals(id)).findFirst();
    }

    public Optional<Repair> running() {
        return all.stream().filter(Repair::running).findFirst();
    }

    /** A new one, or what became of one. */
    public Repairs with(Repair changed) {
        var next = new ArrayList<>(all);
        boolean known = next.removeIf(repair -> repair.id().equals(changed.id()));
        next.add(changed);
        int first = Math.max(0, next.size() - KEPT);
        return new Repairs(next.subList(first, next.size()), known ? made : made + 1);
    }

    /** Of another control plane's state, whose agents will not report here. */
    public Repairs withoutRunning() {
        return new Repairs(all.stream().filter(repair -> !repair.running()).toList(), made);
    }
}
