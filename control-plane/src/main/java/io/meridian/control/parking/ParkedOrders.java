package io.meridian.control.parking;

import io.meridian.topology.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** @param all oldest first: those that are under way, and the newest of those that ended @param made also the number in the newest one's id */
public record ParkedOrders(List<ParkedOrder> all, long made) {
    static final int ENDED_KEPT = 50;

    public ParkedOrders {
        all = List.copyOf(all);
    }

    public static ParkedOrders none() {
        return new ParkedOrders(List.of(), 0);
    }

    public Optional<ParkedOrder> find(String id) {
        return all.stream().filter(order -> order.id().equals(id)).findFirst();
    }

    public Stream<ParkedOrder> pending() {
        return all.stream().filter(ParkedOrder::pending);
    }

    public Stream<ParkedOrder> pending(RegionId region, String group) {
        return pending().filter(order -> order.isOf(region, group));
    }

    /** A new one, or what became of one. */
    public ParkedOrders with(ParkedOrder changed) {
        var next = new ArrayList<>(all);
        boolean known = next.removeIf(order -> order.id().equals(changed.id()));
        next.add(changed);
        long ended = next.stream().filter(order -> !order.pending()).count();
        for (var each = next.iterator(); ended > ENDED_KEPT; ) {
            if (!each.next().pending()) {
                each.remove();
                ended--;
            }
        }
        return new ParkedOrders(next, known ? made : made + 1);
    }

    /** Of another control plane's state, whose agents will not answer here. */
    public ParkedOrders withoutPending() {
        return new ParkedOrders(all.stream().filter(order -> !order.pending()).toList(), made);
    }
}
