package io.meridian.control.state;

import io.meridian.topology.RegionId;
import java.util.Collection;
import java.util.List;

/**
 * Whether a region's edges follow a revision. A hint that rules are in force, never a proof: the guarantee is the fence (PROTOCOL 5).
 *
 * @param routers of the region that a node hears now
 * @param following of them, those whose hold endpoint answers by the revision or a newer one
 * @param live Envoys of all its routers, of those too that nobody hears but which may still route
 * @param acked of them, those that accepted the revision or a newer one
 * @param rejecting of them, those that refused what was sent to them last
 * @param gone that were attached within the last ten minutes and are not now
 */
public record EnvoyBarrier(
        RegionId region, Revision revision, int routers, int following, int live, int acked, int rejecting, int gone) {
    public static EnvoyBarrier of(Collection<RouterSession> sessions, RegionId region, Revision revision) {
        List<RouterSession> routers = sessions.stream()
                .filter(router -> router.region().equals(region))
                .toList();
        List<RouterSession.EnvoySeen> envoys =
                routers.stream().flatMap(router -> router.envoys().stream()).toList();
        return new EnvoyBarrier(
                region,
                revision,
                (int) routers.stream().filter(RouterSession::connected).count(),
                (int) routers.stream()
                        .filter(router -> router.connected() && router.hold().compareTo(revision) >= 0)
                        .count(),
                envoys.size(),
                (int) envoys.stream()
                        .filter(envoy -> envoy.acked().compareTo(revision) >= 0)
                        .count(),
                (int) envoys.stream().filter(RouterSession.EnvoySeen::rejects).count(),
                routers.stream().mapToInt(RouterSession::envoysGone).sum());
    }

    /** All live Envoys have it; with none, whoever comes next gets it. Where no router is heard, nobody knows. */
    public boolean reached() {
        return routers > 0 && following == routers && acked == live;
    }
}
