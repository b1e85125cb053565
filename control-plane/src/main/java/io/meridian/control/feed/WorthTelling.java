package io.meridian.control.feed;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether what a node sees of an agent or a router differs enough from the replicated picture to cost an entry of the log. Pure. */
public final class WorthTelling {
    /** Of a session that was not told yet. */
    public static final Duration NEVER = Duration.ofDays(365);

    /** How old the replicated picture of a healthy agent or router may get. */
    private static final Duration BEAT = Duration.ofSeconds(5);
    /** While a run waits for its gates, the picture is kept fresher. */
    private static final Duration GATE_BEAT = Duration.ofMillis(300);

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
                || sinceTold.compareTo(waiting ? GATE_BEAT : BEAT) >= 0;
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
