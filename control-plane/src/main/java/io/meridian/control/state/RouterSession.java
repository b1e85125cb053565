package io.meridian.control.state;

import io.meridian.topology.RegionId;
import java.util.List;

/**
 * A router that a barrier has to wait for, as its node last reported it.
 *
 * @param router its name, stable over restarts
 * @param session of its stream: a router that comes again by another stream or node has a new one, and late words about the old change nothing
 * @param node control-plane node that it is attached to
 * @param connected false: its stream broke, but it may still route by what it knew until its feed lease lapses, so it still counts
 * @param hold the revision that its hold endpoint answers by
 * @param beats how often it was reported; a session whose beats stand still lapses
 * @param envoysGone that were attached within the last ten minutes and are not now
 */
public record RouterSession(
        String router,
        String session,
        RegionId region,
        String node,
        boolean connected,
        boolean holdCapable,
        Revision hold,
        List<EnvoySeen> envoys,
        long beats,
        int envoysGone) {
    /**
     * @param acked newest revision whose resources it accepted
     * @param nack why it refused what came after; empty: it did not
     * @param sent newest revision of which something was sent to it, or which changes nothing for it
     */
    public record EnvoySeen(String node, Revision acked, String nack, Revision sent) {
        /** It was sent nothing that it has not answered. */
        public EnvoySeen(String node, Revision acked, String nack) {
            this(node, acked, nack, acked);
        }

        public boolean rejects() {
            return !nack.isEmpty();
        }
    }

    public RouterSession {
        envoys = List.copyOf(envoys);
    }

    /** None of whose Envoys went away. */
    public RouterSession(
            String router,
            String session,
            RegionId region,
            String node,
            boolean connected,
            boolean holdCapable,
            Revision hold,
            List<EnvoySeen> envoys,
            long beats) {
        this(router, session, region, node, connected, holdCapable, hold, envoys, beats, 0);
    }

    /** All live Envoys of this router accepted {@code revision}. */
    public boolean ackedBy(Revision revision) {
        return envoys.stream().allMatch(envoy -> envoy.acked().compareTo(revision) >= 0);
    }

    RouterSession beat(long number) {
        return new RouterSession(
                router, session, region, node, connected, holdCapable, hold, envoys, number, envoysGone);
    }

    RouterSession lapsed() {
        return new RouterSession(router, session, region, node, false, holdCapable, hold, List.of(), beats, 0);
    }
}
