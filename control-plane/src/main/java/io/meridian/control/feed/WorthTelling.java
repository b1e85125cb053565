package io.meridian.control.feed;

import io.meridian.control.automatic.LossJudge;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether what a node sees of an agent or a router differs enough from the replicated picture to cost an entry of the log. Pure. */
public final class WorthTelling {
    /** Of a session that was not told yet. */
    public static final Duration NEVER = Duration.ofDays(365);

    /** How old the replicated picture of a healthy agent or router may get. */
    private static final Duration BEAT = Duration.ofSeconds(5);
    /** While a run waits for its gates, the picture is kept fresher. */
    private static final Duration GATE_BEAT = Duration.ofMillis(300);

    /** While it does not hear a region: whoever counts how long wants to know that it is still so. */
    private static final Duration SILENT_BEAT = Duration.ofSeconds(1);

    private WorthTelling() {}

    /** @param sinceTold since this session was told last */
    public static boolean of(ControlState state, AgentObservation agent, Duration sinceTold) {
        AgentObservation known = state.agents().get(agent.key());
        if (known == null || !known.session().equals(agent.session())) {
            return true;
        }
        boolean waiting = state.activeRuns().stream().anyMatch(run -> run.state() instanceof SwitchState.Prepared);
        return known.connected() != agent.connected()
                || known.healthKnown() != agent.healthKnown()
                || known.capturing() != agent.capturing()
                || known.applying() != agent.applying()
                || known.measures().clockOffsetMillis().isPresent()
                        != agent.measures().clockOffsetMillis().isPresent()
                || !known.lagMillis().keySet().equals(agent.lagMillis().keySet())
                || !known.problem().equals(agent.problem())
                || !known.stopped().equals(agent.stopped())
                || pressure(known) != pressure(agent)
                || !refused(known).equals(refused(agent))
                || !silent(known).equals(silent(agent))
                || sinceTold.compareTo(waiting ? GATE_BEAT : watchful(state, agent) ? SILENT_BEAT : BEAT) >= 0;
    }

    /** It does not hear a region that may still own. */
    private static boolean watchful(ControlState state, AgentObservation agent) {
        return silent(agent).stream()
                .anyMatch(region -> state.lease(region, agent.group())
                        .filter(RegionLease::fit)
                        .isPresent());
    }

    private static Set<RegionId> silent(AgentObservation agent) {
        return agent.measures().silentMillis().entrySet().stream()
                .filter(each -> each.getValue() >= LossJudge.SILENT.toMillis())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static AgentObservation.Pressure pressure(AgentObservation agent) {
        return agent.flow().slot().map(AgentObservation.Slot::pressure).orElse(AgentObservation.Pressure.NONE);
    }

    /** What only a person can help: shown at once. What waits for others comes and goes. */
    private static List<String> refused(AgentObservation agent) {
        return agent.flow().parked().stream()
                .filter(parked -> parked.waiting().equals("REFUSED"))
                .map(parked -> parked.source() + " " + parked.shard() + " " + parked.position())
                .toList();
    }

    public static boolean of(ControlState state, RouterSession router, Duration sinceTold) {
        RouterSession known = state.routers().get(router.router());
        if (known == null || !known.session().equals(router.session())) {
            return true;
        }
        return known.connected() != router.connected()
                || known.holdCapable() != router.holdCapable()
                || !names(known).equals(names(router))
                || awaited(state).stream().anyMatch(revision -> reaches(known, router, revision))
                || sinceTold.compareTo(BEAT) >= 0;
    }

    private static List<String> names(RouterSession router) {
        return router.envoys().stream()
                .map(envoy -> envoy.node() + " " + envoy.nack())
                .toList();
    }

    private static boolean reaches(RouterSession known, RouterSession now, Revision revision) {
        return (known.hold().compareTo(revision) < 0 && now.hold().compareTo(revision) >= 0)
                || (!known.ackedBy(revision) && now.ackedBy(revision));
    }

    /** The revisions at which barriers stand. */
    private static List<Revision> awaited(ControlState state) {
        var awaited = new ArrayList<Revision>();
        for (Run run : state.activeRuns()) {
            switch (run.state()) {
                case SwitchState.Holding holding -> awaited.add(holding.freeze());
                case SwitchState.Routed routed -> awaited.add(routed.release());
                default -> {}
            }
        }
        return awaited;
    }
}
