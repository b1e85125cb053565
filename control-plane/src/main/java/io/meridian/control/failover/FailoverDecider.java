package io.meridian.control.failover;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.switching.SwitchTable;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The failover of a region, as a run: whether it may begin, and when it goes from place to place. What each step does is in {@link FailoverSteps},
 * how the cut is found in {@link Gathered}; from ACTIVATED on it is a run like any other.
 */
public final class FailoverDecider {
    private FailoverDecider() {}

    public static Answer start(ControlState state, Command.StartFailover asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: no region to lose");
        }
        Topology topology = state.declared().get().topology();
        Optional<Problem> refused = refused(state, topology, asked);
        return refused.isPresent() ? new Answer.No(refused.get()) : FailoverPlan.start(state, topology, asked);
    }

    private static Optional<Problem> refused(ControlState state, Topology topology, Command.StartFailover asked) {
        RegionId region = asked.region();
        if (!known(topology, region)) {
            return Optional.of(unknown(topology, "/region", region));
        }
        if (asked.to().filter(to -> !known(topology, to)).isPresent()) {
            return Optional.of(unknown(topology, "/to", asked.to().get()));
        }
        if (asked.to().equals(Optional.of(region))) {
            return Optional.of(at(ProblemType.INVALID_ARGUMENT, "/to", "the region that is lost cannot take over"));
        }
        if (asked.force() && asked.reason().isBlank()) {
            return Optional.of(at(
                    ProblemType.INVALID_ARGUMENT,
                    "/reason",
                    "force takes the leases from a region that is alive; say the reason why"));
        }
        if (state.safety().brake().isPresent()) {
            var brake = state.safety().brake().get();
            return Optional.of(Problem.of(
                    ProblemType.BRAKE_ON,
                    "no run starts while the brake is on, since " + brake.since() + ": " + brake.reason()
                            + "; release it, then fail over"));
        }
        Optional<Run> running = state.activeRuns().stream()
                .filter(run ->
                        run.failover().filter(of -> of.region().equals(region)).isPresent())
                .findFirst();
        if (running.isPresent()) {
            return Optional.of(Problem.of(
                    ProblemType.FAILOVER_RUNS,
                    "run " + running.get().id() + " fails " + region + " over already and is "
                            + running.get().state().name() + "; wait for it, or retry it if it needs you"));
        }
        if (state.shards().stream().noneMatch(shard -> shard.region().equals(region))) {
            return Optional.of(at(
                    ProblemType.NOTHING_TO_MOVE,
                    "/region",
                    "region " + region + " owns no shard: nothing to take over"));
        }
        List<String> alive = state.agents().values().stream()
                .filter(agent -> agent.region().equals(region) && agent.connected() && renews(state, agent))
                .map(AgentObservation::group)
                .toList();
        if (!alive.isEmpty() && !asked.force()) {
            return Optional.of(
                    Problem.of(
                            ProblemType.REGION_ALIVE,
                            "region " + region + " is alive: the sync agent of its " + String.join(", ", alive)
                                    + " renews its lease. Evacuate it, which loses nothing; or wait until the lease has lapsed; or force it, with a reason"));
        }
        Exposure exposure = Exposures.now(state, topology, region);
        List<String> excess = asked.maxLoss().exceeded(exposure);
        return excess.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ProblemType.LOSS_EXCEEDED, String.join("; ", excess) + "; wait for the region, or allow more"));
    }

    /** An agent whose store is gone may be heard for long, and keeps nothing alive. */
    private static boolean renews(ControlState state, AgentObservation agent) {
        return state.lease(agent.region(), agent.group())
                .filter(lease -> !lease.lapsed())
                .isPresent();
    }

    private static boolean known(Topology topology, RegionId region) {
        return topology.regions().stream().anyMatch(member -> member.id().equals(region));
    }

    private static Problem unknown(Topology topology, String pointer, RegionId region) {
        return at(
                ProblemType.UNKNOWN_REGION,
                pointer,
                "there is no region '" + region + "'; regions are "
                        + topology.regions().stream()
                                .map(member -> member.id().name())
                                .collect(Collectors.joining(", ")));
    }

    static Problem at(ProblemType type, String pointer, String detail) {
        return new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail)));
    }

    /** Whether {@code run} stands in one of the places that only a failover has. */
    public static boolean ownPlace(Run run) {
        return switch (run.state().underlying()) {
            case SwitchState.Expiring _, SwitchState.Gathering _, SwitchState.Aligning _ -> true;
            case SwitchState.Planned _,
                    SwitchState.Prepared _,
                    SwitchState.Holding _,
                    SwitchState.Fencing _,
                    SwitchState.CatchingUp _,
                    SwitchState.Activated _,
                    SwitchState.Routed _,
                    SwitchState.RollingBack _,
                    SwitchState.NeedsOperator _,
                    SwitchState.Done _,
                    SwitchState.RolledBack _,
                    SwitchState.Superseded _ -> false;
        };
    }

    /** The next step of some failover that need not wait any longer; empty: all wait. */
    public static List<Event> next(ControlState state, Instant now) {
        for (Run run : state.activeRuns()) {
            if (run.failover().isPresent() && ownPlace(run)) {
                List<Event> events = next(run, new FailoverSteps(state, run, now));
                if (!events.isEmpty()) {
                    return events;
                }
            }
        }
        return List.of();
    }

    private static List<Event> next(Run run, FailoverSteps steps) {
        return switch (run.state().underlying()) {
            case SwitchState.Expiring expiring -> expiring.expired() ? List.of() : steps.expired();
            case SwitchState.Gathering gathering -> steps.gathered(gathering);
            case SwitchState.Aligning aligning -> steps.aligned(aligning);
            default -> List.of();
        };
    }

    /** Of a run in one of a failover's own places: a clock ran out. */
    public static List<Event> deadline(ControlState state, Run run, SwitchTable.Deadline deadline, Instant now) {
        var steps = new FailoverSteps(state, run, now);
        return switch (run.state()) {
            case SwitchState.Expiring expiring
            when deadline == SwitchTable.Deadline.PATIENCE && expiring.expired() -> steps.gather(1, "");
            case SwitchState.Gathering gathering ->
                deadline == SwitchTable.Deadline.PATIENCE ? steps.patienceOver(gathering) : steps.stuck(gathering);
            case SwitchState.Aligning aligning
            when deadline == SwitchTable.Deadline.LIMIT -> steps.gather(aligning.attempt() + 1, steps.late(aligning));
            default -> List.of();
        };
    }

    /** Of one that is stuck in GATHERING: asks everybody anew. */
    public static List<Event> retry(ControlState state, Run run, boolean accept, Instant now) {
        var gathering = (SwitchState.Gathering) run.state().underlying();
        return new FailoverSteps(state, run, now).retry(gathering, accept);
    }
}
