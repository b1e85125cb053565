package io.meridian.control.parking;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.orders.AgentOrder;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Orders about what waits in a store. Whether it still waits as it was shown is looked at by whoever asks, against the freshest list there is
 * ({@link #unfit}), and again by the agent, in the transaction that does it.
 */
public final class ParkedDecider {
    private ParkedDecider() {}

    public static Answer order(ControlState state, String by, Command.OrderParked asked) {
        Optional<Problem> nowhere = nowhere(state, asked);
        if (nowhere.isPresent()) {
            return new Answer.No(nowhere.get());
        }
        if (asked.action() == ParkedOrder.Action.SKIP && !AgentOrder.isReason(asked.reason())) {
            return new Answer.No(fault(
                    ProblemType.INVALID_ARGUMENT,
                    "/reason",
                    "what is skipped is lost for this copy: say why, in 1 to " + AgentOrder.REASON_LENGTH
                            + " characters"));
        }
        Optional<ParkedOrder> other = state.parkedOrders()
                .pending(asked.region(), asked.group())
                .filter(order ->
                        order.source().equals(asked.source()) && order.shard().equals(asked.shard()))
                .findFirst();
        if (other.isPresent()) {
            return Answer.no(
                    ProblemType.ORDER_PENDING,
                    "order " + other.get().id() + " about the same shard is under way; wait for what becomes of it");
        }
        if (state.parkedOrders().pending().count() >= AgentOrder.PENDING_LIMIT) {
            return Answer.no(
                    ProblemType.LIMIT_REACHED,
                    AgentOrder.PENDING_LIMIT + " orders are under way, and no more at a time; wait until some ended");
        }
        String id = "po-" + (state.parkedOrders().made() + 1);
        var order = new ParkedOrder(
                id,
                asked.region(),
                asked.group(),
                asked.source(),
                asked.shard(),
                asked.position(),
                asked.action(),
                by,
                asked.reason(),
                asked.now(),
                ParkedOrder.Progress.PENDING,
                "",
                Optional.empty());
        return new Answer.Yes(List.of(new Event.ParkedOrderChanged(order)), id, List.of());
    }

    /** Why there is no such store, source or shard. */
    public static Optional<Problem> nowhere(ControlState state, Command.OrderParked asked) {
        if (state.declared().isEmpty()) {
            return Optional.of(Problem.of(ProblemType.NO_TOPOLOGY, "there is no topology yet: nothing waits anywhere"));
        }
        Topology topology = state.declared().get().topology();
        List<String> regions =
                topology.regions().stream().map(region -> region.id().name()).toList();
        for (String region : List.of(asked.region().name(), asked.source().name())) {
            if (!regions.contains(region)) {
                return Optional.of(Problem.of(
                        ProblemType.UNKNOWN_REGION,
                        "there is no region '" + region + "'; regions are " + String.join(", ", regions)));
            }
        }
        if (topology.storeGroup(asked.group()).isEmpty()) {
            return Optional.of(Problem.of(ProblemType.UNKNOWN_GROUP, topology.unknownGroup(asked.group())));
        }
        if (!state.hasShard(asked.shard())) {
            return Optional.of(Problem.of(
                    ProblemType.SHARD_OUT_OF_RANGE,
                    "shard " + asked.shard() + " does not exist: shards are numbered 0 to " + (topology.shards() - 1)));
        }
        return Optional.empty();
    }

    /**
     * Why what waits is not what the order is about.
     *
     * @param waiting in the order's store, as freshly as it is known
     */
    public static Optional<Problem> unfit(List<AgentObservation.Parked> waiting, Command.OrderParked asked) {
        String where = "of shard " + asked.shard() + " from " + asked.source() + " in " + asked.region() + ", group "
                + asked.group();
        Optional<AgentObservation.Parked> found = waiting.stream()
                .filter(parked ->
                        parked.shard().equals(asked.shard()) && parked.source().equals(asked.source()))
                .findFirst();
        if (found.isEmpty()) {
            return Optional.of(Problem.of(
                    ProblemType.NOT_PARKED,
                    "nothing " + where + " is known to wait; ./meridian parked lists what does"));
        }
        AgentObservation.Parked oldest = found.get();
        if (!oldest.position().equals(asked.position())) {
            return Optional.of(fault(
                    ProblemType.NOT_PARKED,
                    "/position",
                    "the oldest " + where + " is at " + oldest.position() + " now, not at " + asked.position()
                            + "; look again"));
        }
        if (asked.action() == ParkedOrder.Action.SKIP && !oldest.waiting().equals("REFUSED")) {
            return Optional.of(
                    Problem.of(
                            ProblemType.NOT_SKIPPABLE,
                            "the oldest " + where + " waits as " + oldest.waiting()
                                    + ": it takes effect when what it waits for is there; only what the store refused can be skipped"));
        }
        return Optional.empty();
    }

    /** Each ends once; of one that has ended already nothing more is believed. */
    public static List<Event> report(ControlState state, Command.ReportParkedOrders report) {
        return report.ended().stream()
                .flatMap(ended -> state.parkedOrders()
                        .pending(report.region(), report.group())
                        .filter(order -> order.id().equals(ended.id()))
                        .map(order -> changed(order.ended(ended.problem(), report.now()))))
                .toList();
    }

    public static List<Event> due(ControlState state, Command.ParkedOrderDue due) {
        return state
                .parkedOrders()
                .find(due.id())
                .filter(ParkedOrder::pending)
                .map(order -> changed(order.ended(
                        "the agent did not answer; look at what waits there before you ask again", due.now())))
                .stream()
                .toList();
    }

    private static Event changed(ParkedOrder order) {
        return new Event.ParkedOrderChanged(order);
    }

    private static Problem fault(ProblemType type, String pointer, String detail) {
        return new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail)));
    }
}
