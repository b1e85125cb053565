package io.meridian.control.automatic;

import io.meridian.control.access.Actor;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.failover.FailoverDecider;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Run;
import io.meridian.topology.FailoverPolicy;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The brakes: what keeps a failover that looks due from being done by itself. They are looked at again where it is decided, in the log. */
public final class Holds {
    private Holds() {}

    /** All of them, for whoever looks. */
    public static List<Hold> of(ControlState state, Topology topology, Advice advice, Instant now) {
        var holds = new ArrayList<Hold>();
        own(state, topology, advice.region(), holds);
        switch (FailoverDecider.start(
                state, (Command.StartFailover) advice.would().at(now))) {
            case Decider.Answer.Yes _ -> {}
            case Decider.Answer.No no -> refused(state, no.why(), holds);
        }
        return List.copyOf(holds);
    }

    /** Those that a person's failover does not know. */
    static void own(ControlState state, Topology topology, RegionId region, List<Hold> holds) {
        FailoverPolicy policy = topology.region(region).orElseThrow().failover();
        if (!policy.automatic()) {
            holds.add(new Hold(
                    Hold.Name.POLICY,
                    "the failover policy of " + region + " is "
                            + policy.mode().name().toLowerCase(java.util.Locale.ROOT) + ": a person starts it"));
        }
        mostLookLost(state, topology).ifPresent(holds::add);
        oneAtATime(state).ifPresent(holds::add);
        state.automatic()
                .tripped()
                .ifPresent(tripped -> holds.add(new Hold(
                        Hold.Name.TRIPPED,
                        "automatic failover has tripped at " + tripped.since() + ": " + tripped.why()
                                + "; look at what happens, then ./meridian failover acknowledge")));
    }

    private static void refused(ControlState state, Problem why, List<Hold> holds) {
        if (state.safety().brake().isPresent() && why.type() == ProblemType.BRAKE_ON) {
            holds.add(new Hold(Hold.Name.BRAKE, why.detail()));
        } else if (why.type() != ProblemType.FAILOVER_RUNS) {
            holds.add(new Hold(Hold.Name.REFUSED, why.detail()));
        }
    }

    /** Then it is more likely that whoever looks is cut off than that they all died, and who is left cannot bear it all. */
    private static Optional<Hold> mostLookLost(ControlState state, Topology topology) {
        List<String> dead = topology.regions().stream()
                .map(Topology.Region::id)
                .filter(region -> LossJudge.looksDead(state, topology, region))
                .map(RegionId::name)
                .toList();
        return 2 * dead.size() > topology.regions().size()
                ? Optional.of(new Hold(
                        Hold.Name.MOST_LOOK_LOST,
                        dead.size() + " of " + topology.regions().size() + " regions look lost ("
                                + String.join(", ", dead)
                                + "), and nothing is done by itself when most do; look at what they have in common"))
                : Optional.empty();
    }

    private static Optional<Hold> oneAtATime(ControlState state) {
        Optional<Run> running = state.activeRuns().stream()
                .filter(run -> run.failover().isPresent())
                .findFirst();
        if (running.isPresent()) {
            return Optional.of(new Hold(
                    Hold.Name.ONE_AT_A_TIME,
                    running.get().id() + " fails region "
                            + running.get().failover().orElseThrow().region()
                            + " over, and none is started by itself beside another"));
        }
        return state.losses().stores().entrySet().stream()
                .filter(loss -> state.automatic().startedRun(loss.getValue().run()))
                .findFirst()
                .map(loss -> new Hold(
                        Hold.Name.ONE_AT_A_TIME,
                        "region " + loss.getKey().region() + ", which "
                                + loss.getValue().run() + " failed over by itself, is not reconciled yet"));
    }

    /** Decides what only the control plane itself may ask for: a failover by itself. */
    public static Decider.Answer start(ControlState state, Actor by, Command.StartFailover asked) {
        if (!by.equals(Actor.AUTOMATIC) || state.declared().isEmpty()) {
            return FailoverDecider.start(state, asked);
        }
        Topology topology = state.declared().get().topology();
        if (state.automatic()
                .advice(asked.region())
                .filter(advice -> advice.renewals() == LossJudge.renewals(state, topology, asked.region()))
                .isEmpty()) {
            return Decider.Answer.no(
                    ProblemType.NOT_READY, "region " + asked.region() + " does not look lost any more");
        }
        var holds = new ArrayList<Hold>();
        own(state, topology, asked.region(), holds);
        if (!holds.isEmpty()) {
            return Decider.Answer.no(ProblemType.NOT_READY, holds.getFirst().says());
        }
        return switch (FailoverDecider.start(state, asked)) {
            case Decider.Answer.No no -> no;
            case Decider.Answer.Yes yes -> AdviceDecider.started(state, topology, asked, yes);
        };
    }
}
