package io.meridian.control.switching;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.failover.FailoverDecider;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What people may do to a run under way, besides cancelling it. */
public final class HandlingDecider {
    private HandlingDecider() {}

    /** Never in the middle of a wave: requests that are held are not held any longer than they must be. */
    public static Answer pause(ControlState state, Command.PauseRun asked) {
        var found = state.run(asked.run());
        if (found.isEmpty()) {
            return SwitchDecider.unknown(asked.run());
        }
        Run run = found.get();
        if (run.ended()) {
            return SwitchDecider.ended(run);
        }
        if (run.handling().paused()) {
            return SwitchDecider.yes(run, List.of());
        }
        if (run.state().underlying() instanceof SwitchState.RollingBack || !run.hasWaveToStart() || run.cancelled()) {
            return Answer.no(
                    ProblemType.RUN_NOT_PAUSABLE,
                    "run " + run.id() + " is " + run.state().name()
                            + " and has no wave left to start: it ends by itself; a wave under way is never paused");
        }
        return SwitchDecider.yes(
                run,
                List.of(handled(
                        run,
                        run.handling().paused(true),
                        "paused",
                        run.problem().orElse(""))));
    }

    public static Answer resume(ControlState state, Command.ResumeRun asked) {
        var found = state.run(asked.run());
        if (found.isEmpty()) {
            return SwitchDecider.unknown(asked.run());
        }
        Run run = found.get();
        if (run.ended()) {
            return SwitchDecider.ended(run);
        }
        return SwitchDecider.yes(
                run,
                run.handling().paused()
                        ? List.of(handled(run, run.handling().paused(false), "resumed", ""))
                        : List.of());
    }

    /**
     * Only soft gates, and only before anything is held. A router that may still route is never gone on without: the barrier of HOLDING has no
     * patience, for a person's either (PROTOCOL 5: patience there makes a clean move fail requests).
     */
    public static Answer force(ControlState state, Command.ForceRun asked) {
        var found = state.run(asked.run());
        if (found.isEmpty()) {
            return SwitchDecider.unknown(asked.run());
        }
        Run run = found.get();
        if (run.ended()) {
            return SwitchDecider.ended(run);
        }
        if (asked.reason().isBlank() || asked.gates().isEmpty()) {
            return Answer.no(
                    ProblemType.INVALID_ARGUMENT,
                    "force names the gates that you answer for, and the reason why you do");
        }
        if (run.state().name() != asked.state() || run.wave() != asked.wave()) {
            return Answer.no(
                    ProblemType.RUN_MOVED_ON,
                    "run " + run.id() + " is " + run.state().name() + " in wave " + run.wave() + " now, not "
                            + asked.state() + " in wave " + asked.wave() + "; look again");
        }
        if (run.state() instanceof SwitchState.Holding holding) {
            return Answer.no(
                    ProblemType.NOT_FORCEABLE,
                    SwitchDecider.notHeld(state, holding)
                            + "; a router that may still route is always waited for: cancel, or wait until its session lapses");
        }
        if (!(run.state() instanceof SwitchState.Prepared)) {
            return Answer.no(
                    ProblemType.NOT_FORCEABLE,
                    "run " + run.id() + " is " + run.state().name()
                            + ": past its gates there is nothing to force; what it waits for is what keeps writes safe");
        }
        Set<Gate.Name> named = new TreeSet<>(asked.gates());
        List<String> hard = Gates.of(state, run, asked.now()).stream()
                .filter(gate -> named.contains(gate.name()) && !gate.open() && !gate.soft())
                .map(Gate::says)
                .toList();
        if (!hard.isEmpty()) {
            return Answer.no(ProblemType.NOT_FORCEABLE, "nobody can answer for this: " + String.join("; ", hard));
        }
        String note = "forced " + named.stream().map(Gate.Name::text).toList() + ": " + asked.reason();
        return SwitchDecider.yes(run, List.of(handled(run, run.handling().forcing(named, asked.reason()), note, "")));
    }

    public static Answer retry(ControlState state, Command.RetryRun asked) {
        var found = state.run(asked.run());
        if (found.isEmpty()) {
            return SwitchDecider.unknown(asked.run());
        }
        Run run = found.get();
        return switch (run.state()) {
            case SwitchState.NeedsOperator stuck
            when stuck.waiting() instanceof SwitchState.Gathering ->
                SwitchDecider.yes(run, FailoverDecider.retry(state, run, asked.force(), asked.now()));
            case SwitchState.NeedsOperator stuck ->
                SwitchDecider.yes(run, new Steps(state, run, state.revision().next(), asked.now()).rearm(stuck));
            case SwitchState.RolledBack _, SwitchState.Done _, SwitchState.Superseded _ -> again(state, run, asked);
            case SwitchState.Planned _,
                    SwitchState.Prepared _,
                    SwitchState.Holding _,
                    SwitchState.Fencing _,
                    SwitchState.CatchingUp _,
                    SwitchState.Activated _,
                    SwitchState.Routed _,
                    SwitchState.RollingBack _,
                    SwitchState.Expiring _,
                    SwitchState.Gathering _,
                    SwitchState.Aligning _ ->
                Answer.no(
                        ProblemType.RUN_UNDER_WAY,
                        "run " + run.id() + " is " + run.state().name()
                                + ": it is under way; what it leaves undone can be retried when it has ended");
        };
    }

    private static Answer again(ControlState state, Run run, Command.RetryRun asked) {
        var targets = new TreeMap<ShardId, Plan.Target>();
        run.plan()
                .moves()
                .filter(move -> state.hasShard(move.shard()))
                .forEach(move -> targets.put(move.shard(), run.plan().target(move)));
        return MovePlanner.plan(state, targets, purpose(run), run.plan().limits(), Handling.none(), asked.now());
    }

    /** Whoever moves on what a failover left does not fail over. */
    private static Plan.Purpose purpose(Run run) {
        return run.failover().isPresent() ? Plan.Purpose.none() : run.plan().purpose();
    }

    private static Event handled(Run run, Handling handling, String note, String problem) {
        return new Event.RunHandled(run.id(), handling, note, problem);
    }
}
