package io.meridian.control.rest;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.Revision;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import io.meridian.topology.TopologyReader;
import io.meridian.topology.TopologyWriter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The topology, declared as a whole. Its entity tag is the revision that brought it; a change with {@code If-Match} is refused when it is
 * another one, a change without takes place whatever it is.
 */
@Path("/api/v1/topology")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class TopologyResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public TopologyResource(Api api) {
        this.api = api;
    }

    /** @param changes what the request that this answers changed, or would */
    record TopologyJson(long revision, Map<String, Object> topology, List<String> changes) {
        static TopologyJson of(Revision at, Topology topology) {
            return new TopologyJson(at.number(), TopologyWriter.write(topology), List.of());
        }

        Response response() {
            return Response.ok(this).tag(Long.toString(revision)).build();
        }
    }

    @GET
    public Response get() throws InterruptedException {
        return json(api.read(), List.of()).response();
    }

    /** YAML or JSON, whatever the content type says: the one is part of the other. */
    @PUT
    @Consumes(MediaType.WILDCARD)
    public Response put(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        Topology topology = switch (TopologyReader.read(Documents.yaml(body))) {
            case TopologyReader.Reading.Read read -> read.topology();
            case TopologyReader.Reading.Faulty faulty -> throw new RefusedException(faulty(faulty.faults()));
        };
        Optional<Revision> onlyAt = Revisions.ifMatch(ifMatch);
        return done(new Command.ApplyTopology(dryRun ? "" : Api.keyOr(key), clock.instant(), topology, onlyAt), dryRun);
    }

    /** Declares what an earlier revision declared: the same decision as if its document were put again. */
    @POST
    @Path("/rollback")
    @Consumes(MediaType.WILDCARD)
    public Response rollBack(
            @QueryParam("to") @Nullable String to,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        Revision revision = Revisions.read("to", to);
        Optional<Revision> onlyAt = Revisions.ifMatch(ifMatch);
        return done(
                new Command.RollBackTopology(dryRun ? "" : Api.keyOr(key), clock.instant(), revision, onlyAt), dryRun);
    }

    private Response done(Command.Keyed command, boolean dryRun) throws InterruptedException {
        if (dryRun) {
            var preview = api.preview(command);
            // No entity tag: the revision is one that there is not, and may never be.
            return Response.ok(json(preview.then(), preview.receipt().changes()))
                    .build();
        }
        var committed = api.commit(command);
        return json(api.local(), committed.receipt().changes()).response();
    }

    private static Problem faulty(List<Problem.Fault> faults) {
        Problem.Fault first = faults.getFirst();
        String where = first.pointer().isEmpty() ? "" : first.pointer() + ": ";
        String more = faults.size() == 1 ? "" : " (and " + (faults.size() - 1) + " more)";
        return new Problem(ProblemType.INVALID_DOCUMENT, where + first.detail() + more, Map.of(), faults);
    }

    private static TopologyJson json(ControlState state, List<String> changes) {
        DeclaredTopology declared = state.declared()
                .orElseThrow(() -> new RefusedException(
                        ProblemType.NO_TOPOLOGY, "there is no topology yet; PUT one to /api/v1/topology"));
        return new TopologyJson(declared.at().number(), TopologyWriter.write(declared.topology()), changes);
    }
}
