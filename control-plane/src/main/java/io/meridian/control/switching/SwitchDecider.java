package io.meridian.control.switching;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.failover.FailoverDecider;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** When a run goes from one row of {@link SwitchTable} to the next: by itself, because somebody cancels it, or because a time is over. */
public final class SwitchDecider {
    private SwitchDecider() {}

    /**
     * The next step of some run that need not wait any longer.
     *
     * @param at the revision at which the step will be seen
     * @return empty: all wait
     */
    public static List<Event> next(ControlState state, Revision at, Instant now) {
        for (Run run : state.activeRuns()) {
            List<Event> events = next(state, run, new Steps(state, run, at, now), now);
            if (!events.isEmpty()) {
                return events;
            }
        }
        return List.of();
    }

    private static List<Event> next(ControlState state, Run run, Steps steps, Instant now) {
        int wave = run.presentWave().moves().size();
        return switch (run.state().underlying()) {
            case SwitchState.Planned _ -> steps.prepare();
            case SwitchState.Prepared _ when run.cancelled() -> steps.abandon("cancelled");
            case SwitchState.Prepared _ -> {
                boolean kept = run.handling().paused() || run.resting();
                yield !kept && Gates.pass(state, run, now) ? steps.startWave() : List.of();
            }
            case SwitchState.Holding holding -> held(state, holding, steps);
            case SwitchState.Fencing fencing -> fencing.closes().size() == wave ? steps.catchUp(fencing) : List.of();
            case SwitchState.CatchingUp catching ->
                catching.covered().size() == wave ? steps.activate(catching) : List.of();
            case SwitchState.Activated activated -> activated.opened().size() == wave ? steps.route() : List.of();
            case SwitchState.Routed routed -> routed(state, run, routed, steps);
            case SwitchState.RollingBack back -> {
                if (back.closes().size() < wave) {
                    yield List.of();
                }
                if (!back.granted()) {
                    yield steps.grantBack(back);
                }
                yield back.opened().size() == wave ? steps.rolledBack() : List.of();
            }
            // A failover's own places: FailoverDecider has them.
            case SwitchState.Expiring _, SwitchState.Gathering _, SwitchState.Aligning _ -> List.of();
            case SwitchState.NeedsOperator _, SwitchState.Done _, SwitchState.RolledBack _, SwitchState.Superseded _ ->
                List.of();
        };
    }

    /** Barrier (a), every router's hold endpoint, knows no patience; barrier (b), the Envoys, does. */
    private static List<Event> held(ControlState state, SwitchState.Holding holding, Steps steps) {
        boolean allHold = state.routers().values().stream()
                .allMatch(router -> router.hold().compareTo(holding.freeze()) >= 0);
        List<String> late = lateEnvoys(state, holding.freeze());
        return allHold && (late.isEmpty() || holding.patienceOver())
                ? steps.fence(late.isEmpty() ? "" : "went on without " + String.join(", ", late))
                : List.of();
    }

    private static List<Event> routed(ControlState state, Run run, SwitchState.Routed routed, Steps steps) {
        if (routed.envoys() == SwitchState.Routed.Envoys.AWAITED) {
            return lateEnvoys(state, routed.release()).isEmpty()
                    ? steps.envoysDone(routed, SwitchState.Routed.Envoys.ACKED, "every Envoy accepted the new rules")
                    : List.of();
        }
        if (!run.lastWave() && !run.cancelled()) {
            return steps.nextWave();
        }
        // What ends here ends with a certificate, so its proofs are waited for.
        if (!routed.proofOver() && !Certifier.complete(run)) {
            return List.of();
        }
        return run.lastWave() ? steps.done() : steps.nextWave();
    }

    private static List<String> lateEnvoys(ControlState state, Revision revision) {
        return state.routers().values().stream()
                .filter(RouterSession::connected)
                .flatMap(router -> router.envoys().stream())
                .filter(envoy -> envoy.acked().compareTo(revision) < 0)
                .map(envoy -> envoy.node() + (envoy.nack().isEmpty() ? "" : " (refuses: " + envoy.nack() + ")"))
                .toList();
    }

    public static Answer cancel(ControlState state, Command.CancelRun asked) {
        var found = state.run(asked.run());
        if (found.isEmpty()) {
            return unknown(asked.run());
        }
        Run run = found.get();
        if (run.ended()) {
            return ended(run);
        }
        var steps = new Steps(state, run, state.revision().next(), asked.now());
        String why = "cancelled";
        return switch (run.state()) {
            case SwitchState.Planned _, SwitchState.Prepared _ -> yes(run, steps.abandon(why));
            case SwitchState.Holding _ -> yes(run, steps.unfreeze(why));
            case SwitchState.Fencing fencing -> yes(run, steps.rollBack(fencing.closes(), why));
            case SwitchState.CatchingUp catching -> yes(run, steps.rollBack(catching.closes(), why));
            case SwitchState.RollingBack _ -> new Answer.Yes(List.of(), run.id(), List.of());
            case SwitchState.Activated _, SwitchState.Routed _, SwitchState.NeedsOperator _ -> {
                if (run.state().underlying() instanceof SwitchState.RollingBack) {
                    yield new Answer.Yes(List.of(), run.id(), List.of());
                }
                if (run.state().underlying() instanceof SwitchState.Gathering) {
                    yield revoked(run);
                }
                yield run.lastWave()
                        ? Answer.no(
                                ProblemType.RUN_PAST_NO_RETURN,
                                "run " + run.id() + " is " + run.state().name()
                                        + ": the new owner is committed and it only goes forward; move the shards back when it is DONE")
                        : yes(run, List.of(new Event.RunCancelled(run.id(), "cancelled: stops after this wave")));
            }
            case SwitchState.Expiring _, SwitchState.Gathering _, SwitchState.Aligning _ -> revoked(run);
            case SwitchState.Done _, SwitchState.RolledBack _, SwitchState.Superseded _ ->
                throw new IllegalStateException("an ended run is refused above: " + run.id());
        };
    }

    private static Answer revoked(Run run) {
        return Answer.no(
                ProblemType.RUN_PAST_NO_RETURN,
                "run " + run.id() + " is " + run.state().name()
                        + ": the lost region's leases are revoked, and without it nobody owns its shards. Let it go on; if it needs you,"
                        + " retry it; move the shards back when it is DONE and the region is RECONCILED");
    }

    static Answer unknown(String run) {
        return Answer.no(ProblemType.UNKNOWN_RUN, "there is no run '" + run + "'");
    }

    static Answer ended(Run run) {
        return Answer.no(
                ProblemType.RUN_ENDED,
                "run " + run.id() + " has ended: " + run.state().name());
    }

    static Answer yes(Run run, List<Event> events) {
        return new Answer.Yes(events, run.id(), List.of());
    }

    /** A clock ran out; if the run has moved on since, that means nothing any more. */
    public static List<Event> deadline(ControlState state, Command.DeadlinePassed passed) {
        var found = state.run(passed.run());
        if (found.isEmpty()
                || found.get().state().name() != passed.state()
                || found.get().wave() != passed.wave()
                || (passed.step() != 0 && found.get().steps().size() != passed.step())) {
            return List.of();
        }
        Run run = found.get();
        if (run.failover().isPresent() && FailoverDecider.ownPlace(run)) {
            return FailoverDecider.deadline(state, run, passed.deadline(), passed.now());
        }
        var steps = new Steps(state, run, state.revision().next(), passed.now());
        return switch (passed.deadline()) {
            case PATIENCE -> patienceOver(state, run, steps);
            case LIMIT -> limitPassed(state, run, steps, passed.now());
        };
    }

    private static List<Event> patienceOver(ControlState state, Run run, Steps steps) {
        return switch (run.state()) {
            case SwitchState.Prepared prepared when run.resting() -> steps.rested(prepared);
            case SwitchState.Holding holding
            when !holding.patienceOver() ->
                List.of(new Event.RunAdvanced(run.id(), new SwitchState.Holding(holding.freeze(), true), ""));
            case SwitchState.Routed routed
            when routed.envoys() == SwitchState.Routed.Envoys.AWAITED ->
                steps.envoysDone(
                        routed,
                        SwitchState.Routed.Envoys.PATIENCE_OVER,
                        "went on without " + String.join(", ", lateEnvoys(state, routed.release())));
            default -> List.of();
        };
    }

    private static List<Event> limitPassed(ControlState state, Run run, Steps steps, Instant now) {
        return switch (run.state()) {
            case SwitchState.Prepared _ -> notPrepared(state, run, steps, now);
            case SwitchState.Holding holding -> steps.unfreeze(notHeld(state, holding));
            case SwitchState.Fencing fencing ->
                steps.rollBack(
                        fencing.closes(),
                        "closing took too long: " + fencing.closes().size() + " of "
                                + run.presentWave().moves().size() + " shards closed");
            case SwitchState.CatchingUp catching ->
                steps.rollBack(
                        catching.closes(),
                        late(run, catching.covered()) + " did not catch up in "
                                + run.plan().limits().catchUp().toMillis() + " ms: "
                                + catching.covered().size() + " of "
                                + run.presentWave().moves().size() + " shards");
            case SwitchState.Activated activated ->
                steps.callOperator(late(run, activated.opened()) + " did not open all of its shards, "
                        + activated.opened().size() + " of "
                        + run.presentWave().moves().size() + " are open; look at its sync agent");
            case SwitchState.RollingBack back ->
                steps.callOperator("rolling back: " + back.closes().size() + " of "
                        + run.presentWave().moves().size() + " shards closed, "
                        + back.opened().size() + " open again; look at the sync agent of their region");
            case SwitchState.Routed routed
            when !routed.proofOver() ->
                List.of(new Event.RunAdvanced(
                        run.id(), new SwitchState.Routed(routed.release(), routed.envoys(), true), ""));
            default -> List.of();
        };
    }

    /** The new owners that some shard of the present wave still waits for. */
    private static String late(Run run, Set<ShardId> there) {
        var regions = new TreeSet<RegionId>();
        for (Plan.ShardMove move : run.presentWave().moves()) {
            if (!there.contains(move.shard())) {
                regions.add(run.plan().target(move).region());
            }
        }
        return (regions.size() == 1 ? "region " : "regions ")
                + regions.stream().map(RegionId::name).collect(Collectors.joining(", "));
    }

    private static List<Event> notPrepared(ControlState state, Run run, Steps steps, Instant now) {
        if (run.handling().paused() || run.resting() || state.safety().brake().isPresent()) {
            return List.of(); // A person keeps it, or it was asked to rest: then no time runs.
        }
        String why = "not prepared in time: " + String.join("; ", Gates.inTheWay(state, run, now));
        return run.wave() == 1 || run.plan().limits().stopOnGuard() ? steps.abandon(why) : steps.pauseItself(why);
    }

    static String notHeld(ControlState state, SwitchState.Holding holding) {
        var late = new ArrayList<String>();
        for (RouterSession router : state.routers().values()) {
            if (router.hold().compareTo(holding.freeze()) < 0) {
                late.add(router.router() + (router.connected() ? "" : " (not connected)"));
            }
        }
        return "not every router held its requests in time: " + String.join(", ", late);
    }
}
