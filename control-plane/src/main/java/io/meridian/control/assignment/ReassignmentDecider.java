package io.meridian.control.assignment;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Handling;
import io.meridian.control.switching.MoveOptions;
import io.meridian.control.switching.MovePlanner;
import io.meridian.control.switching.Plan;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Starts the run that brings about what was wanted of the assignment, or says why there is none. */
public final class ReassignmentDecider {
    private ReassignmentDecider() {}

    /** What the run would have to do. */
    sealed interface Wanted {
        /** @param targets none where its shard is already; none at all: it is so already */
        record Moves(SortedMap<ShardId, Plan.Target> targets, Plan.Purpose purpose) implements Wanted {}

        record No(Problem why) implements Wanted {}

        static Wanted no(ProblemType type, String pointer, String detail) {
            return new No(new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail))));
        }
    }

    public static Answer start(ControlState state, Command.Reassign asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet; apply one, then move its shards");
        }
        Topology topology = state.declared().get().topology();
        Wanted wanted = switch (asked.wanted()) {
            case Reassignment.Rebalance rebalance -> ComputedMoves.rebalance(state, topology, rebalance);
            case Reassignment.Evacuate evacuate -> ComputedMoves.evacuate(state, topology, evacuate);
            case Reassignment.PopOut popOut -> ElasticMoves.popOut(state, topology, popOut);
            case Reassignment.PopIn popIn -> ElasticMoves.popIn(state, topology, popIn);
            case Reassignment.Shift shift -> GroupMoves.shift(state, topology, shift);
            case Reassignment.Reverse reverse -> Reversal.of(state, topology, reverse);
        };
        return switch (wanted) {
            case Wanted.No no -> new Answer.No(no.why());
            case Wanted.Moves moves ->
                started(state, asked, moves, asked.limits().under(topology.limits(), MoveOptions.none()));
        };
    }

    private static Answer started(
            ControlState state, Command.Reassign asked, Wanted.Moves moves, Plan.MoveLimits limits) {
        if (moves.targets().isEmpty()) {
            return Answer.no(
                    ProblemType.NOTHING_TO_MOVE,
                    String.join(
                            "; ",
                            moves.purpose().notes().isEmpty()
                                    ? List.of("nothing has to move for that")
                                    : moves.purpose().notes()));
        }
        Optional<Problem> overlap = MovePlanner.overlap(state, moves.targets().keySet(), "");
        return overlap.isPresent()
                ? new Answer.No(overlap.get())
                : MovePlanner.planned(state, moves.targets(), moves.purpose(), limits, Handling.none(), asked.now());
    }
}
