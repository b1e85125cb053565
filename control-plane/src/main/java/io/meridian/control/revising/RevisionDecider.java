package io.meridian.control.revising;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.orders.AgentOrder;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Ownership;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Orders to decide an orphan otherwise. Whether there is such an orphan, and whether it may be, only the owner's store knows: every node hears of
 * the newest ones only, and a source may have left the topology since. So the agent says that, in the transaction that does it.
 */
public final class RevisionDecider {
    /** An incarnation has no slash, an LSN has one. */
    private static final Pattern POSITION = Pattern.compile("[!-.0-~]{1,150}/[0-9A-F]{1,8}/[0-9A-F]{1,8}/[0-9]{1,10}");

    /** Empty: nothing. */
    private static final Pattern OVER = Pattern.compile("[!-~]{0,200}");

    private RevisionDecider() {}

    public static Answer order(ControlState state, String by, Command.ReviseOrphan asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: nothing was ever decided");
        }
        Topology topology = state.declared().get().topology();
        RevisionOrder.Orphan orphan = asked.orphan();
        Optional<Problem> unfit = unfit(asked);
        if (unfit.isPresent()) {
            return new Answer.No(unfit.get());
        }
        if (!state.hasShard(orphan.shard())) {
            return Answer.no(
                    ProblemType.SHARD_OUT_OF_RANGE,
                    "shard " + orphan.shard() + " does not exist: shards are numbered 0 to " + (topology.shards() - 1));
        }
        ShardState shard = state.shard(orphan.shard());
        if (shard.frozenBy().isPresent()) {
            return Answer.no(
                    ProblemType.NOT_REPAIRABLE,
                    "shard " + shard.shard() + " is being moved by "
                            + shard.frozenBy().get() + "; ask again when that run has ended");
        }
        if (!(shard.ownership() instanceof Ownership.Grant grant)) {
            return Answer.no(
                    ProblemType.NOT_REPAIRABLE,
                    "shard " + shard.shard()
                            + " has no owner now, who would decide its orphans; ask again when it has one");
        }
        Optional<RevisionOrder> other = state.revisionOrders()
                .pending()
                .filter(order -> order.orphan().equals(orphan))
                .findFirst();
        if (other.isPresent()) {
            return Answer.no(
                    ProblemType.ORDER_PENDING,
                    "order " + other.get().id() + " about the same orphan is under way; wait for what becomes of it");
        }
        if (state.revisionOrders().pending().count() >= AgentOrder.PENDING_LIMIT) {
            return Answer.no(
                    ProblemType.LIMIT_REACHED,
                    AgentOrder.PENDING_LIMIT + " orders are under way, and no more at a time; wait until some ended");
        }
        String id = "rv-" + (state.revisionOrders().made() + 1);
        var order = new RevisionOrder(
                id,
                grant.owner(),
                topology.groupOf(orphan.shard()).name(),
                grant.epoch(),
                orphan,
                asked.verdict(),
                asked.over(),
                by,
                asked.reason(),
                asked.now(),
                AgentOrder.Progress.PENDING,
                RevisionOrder.Told.none(),
                Optional.empty());
        return new Answer.Yes(List.of(new Event.RevisionOrderChanged(order)), id, List.of());
    }

    /** What is wrong with the order itself, whatever there is. */
    private static Optional<Problem> unfit(Command.ReviseOrphan asked) {
        if (!POSITION.matcher(asked.orphan().position()).matches()) {
            return fault("/position", "a position is incarnation/lsn/part, as ./meridian orphans lists it");
        }
        if (asked.orphan().index() < 0) {
            return fault("/index", "an index is a number from 0 on, as ./meridian orphans lists it");
        }
        if (!RegionId.isName(asked.orphan().source().name())) {
            return fault("/source", "a source is the region that wrote the orphan, as ./meridian orphans lists it");
        }
        if (!OVER.matcher(asked.over()).matches()) {
            return fault("/over", "the state of the rows that may be overwritten, as the order before answered it");
        }
        return AgentOrder.isReason(asked.reason())
                ? Optional.empty()
                : fault(
                        "/reason",
                        "it overrules what was decided: say why, in 1 to " + AgentOrder.REASON_LENGTH + " characters");
    }

    private static Optional<Problem> fault(String pointer, String detail) {
        return Optional.of(new Problem(
                ProblemType.INVALID_ARGUMENT, detail, Map.of(), List.of(new Problem.Fault(pointer, detail))));
    }

    /** Each ends once; of one that has ended already nothing more is believed. */
    public static List<Event> report(ControlState state, Command.ReportRevisions report) {
        return report.ended().stream()
                .flatMap(ended -> state.revisionOrders()
                        .pending(report.region(), report.group())
                        .filter(order -> order.id().equals(ended.id()))
                        .map(order -> changed(order.ended(ended.told(), report.now()))))
                .toList();
    }

    /** Whether the shard is no more its owner's in the epoch in which it was asked for. */
    public static boolean movedOn(ControlState state, RevisionOrder order) {
        return !(state.shard(order.orphan().shard()).ownership() instanceof Ownership.Grant grant
                && grant.owner().equals(order.region())
                && grant.epoch().equals(order.epoch()));
    }

    public static List<Event> moved(ControlState state, Command.RevisionMovedOn moved) {
        return unanswered(
                state.revisionOrders().find(moved.id()).filter(order -> movedOn(state, order)),
                "the shard moved before its owner's agent answered",
                moved.now());
    }

    public static List<Event> due(ControlState state, Command.RevisionDue due) {
        return unanswered(
                state.revisionOrders().find(due.id()), "the agent of the shard's owner did not answer", due.now());
    }

    private static List<Event> unanswered(Optional<RevisionOrder> found, String why, Instant now) {
        return found
                .filter(RevisionOrder::pending)
                .map(order -> changed(order.ended(
                        RevisionOrder.Told.failed(
                                why
                                        + "; whether it was done is not known: look at what is decided of the orphan before you ask again"),
                        now)))
                .stream()
                .toList();
    }

    private static Event changed(RevisionOrder order) {
        return new Event.RevisionOrderChanged(order);
    }
}
