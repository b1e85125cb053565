package io.meridian.control.orders;

import io.meridian.topology.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Those of one kind.
 *
 * @param all what was heard of last is last: those that are under way, and the newest of those that ended
 * @param made also the number in the newest one's id
 */
public record AgentOrders<O extends AgentOrder>(List<O> all, long made) {
    public static final int ENDED_KEPT = 50;

    public AgentOrders {
        all = List.copyOf(all);
    }

    public static <O extends AgentOrder> AgentOrders<O> none() {
        return new AgentOrders<>(List.of(), 0);
    }

    public Optional<O> find(String id) {
        return all.stream().filter(order -> order.id().equals(id)).findFirst();
    }

    public Stream<O> pending() {
        return all.stream().filter(AgentOrder::pending);
    }

    public Stream<O> pending(RegionId region, String group) {
        return pending().filter(order -> order.isOf(region, group));
    }

    /** A new one, or what became of one. */
    public AgentOrders<O> with(O changed) {
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
        return new AgentOrders<>(next, known ? made : made + 1);
    }

    /** Whose next one has a number that is greater by {@code more}. */
    public AgentOrders<O> numberedAbove(long more) {
        return new AgentOrders<>(all, made + more);
    }

    /** Of another control plane's state, whose agents will not answer here. */
    public AgentOrders<O> withoutPending() {
        return new AgentOrders<>(all.stream().filter(order -> !order.pending()).toList(), made);
    }
}
