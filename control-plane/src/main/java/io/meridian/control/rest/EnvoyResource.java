package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;

import io.meridian.control.ControlPlane;
import io.meridian.control.state.EnvoyBarrier;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * What Envoys have of what routers told them. Answers without a quorum: it is what routers say, not what was decided. Of routers that are attached to
 * another node this one knows what is at most five seconds old.
 */
@Path("/api/v1/envoys")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "envoys")
@RunOnVirtualThread
public class EnvoyResource {
    private final Api api;
    private final ControlPlane plane;

    public EnvoyResource(Api api, ControlPlane plane) {
        this.api = api;
        this.plane = plane;
    }

    /**
     * @param connected whether some node hears its router; else this is what the router said last
     * @param nack why it refused what it was sent after {@code ackedRevision}; null: it did not
     */
    record AttachedEnvoyJson(
            String region,
            String router,
            boolean connected,
            String node,
            long sentRevision,
            long ackedRevision,
            @Nullable String nack) {}

    /**
     * @param routers of the region that a node hears
     * @param gone Envoys that were attached within the last ten minutes and are not now
     * @param reached all live Envoys have it, and so have the routers; false where no router is heard
     */
    record EnvoyBarrierJson(
            String region, long revision, int routers, int live, int acked, int rejecting, int gone, boolean reached) {}

    @GET
    @ApiOperation("What each Envoy has, by region, router and name; answers without a quorum, too")
    public List<AttachedEnvoyJson> listEnvoys() {
        return plane.routers().values().stream()
                .flatMap(router -> router.envoys().stream().map(envoy -> json(router, envoy)))
                .sorted(Comparator.comparing(AttachedEnvoyJson::region)
                        .thenComparing(AttachedEnvoyJson::router)
                        .thenComparing(AttachedEnvoyJson::node))
                .toList();
    }

    private static AttachedEnvoyJson json(RouterSession router, RouterSession.EnvoySeen envoy) {
        return new AttachedEnvoyJson(
                router.region().name(),
                router.router(),
                router.connected(),
                envoy.node(),
                envoy.sent().number(),
                envoy.acked().number(),
                envoy.rejects() ? envoy.nack() : null);
    }

    @GET
    @Path("/barrier")
    @ApiOperation(
            value = "Whether all live Envoys of a region have accepted a revision; answers without a quorum, too",
            refuses = {NO_TOPOLOGY, UNKNOWN_REGION})
    public EnvoyBarrierJson getEnvoyBarrier(
            @QueryParam("region") @Nullable String region, @QueryParam("revision") @Nullable String revision) {
        Revision asked = Revisions.read("revision", revision);
        EnvoyBarrier barrier = EnvoyBarrier.of(plane.routers().values(), declared(region), asked);
        return new EnvoyBarrierJson(
                barrier.region().name(),
                asked.number(),
                barrier.routers(),
                barrier.live(),
                barrier.acked(),
                barrier.rejecting(),
                barrier.gone(),
                barrier.reached());
    }

    private RegionId declared(@Nullable String region) {
        if (region == null) {
            throw new RefusedException(new Problem(
                    ProblemType.INVALID_ARGUMENT,
                    "which region? ask /api/v1/envoys/barrier?region=east&revision=7",
                    Map.of(),
                    List.of(new Problem.Fault("", "the query parameter 'region' is missing"))));
        }
        return DeclaredRegions.find(api.local(), region);
    }
}
