package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.INVALID_DOCUMENT;
import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NO_ROOM;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.REVISION_CONFLICT;
import static io.meridian.topology.ProblemType.TOPOLOGY_CONFLICT;
import static io.meridian.topology.ProblemType.UNKNOWN_REVISION;

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
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * The topology, declared as a whole. Its entity tag is the revision that brought it; a change with {@code If-Match} is refused when it is
 * another one, a change without takes place whatever it is.
 */
@Path("/api/v1/topology")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "topology")
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

        RestResponse<TopologyJson> answer() {
            return RestResponse.ResponseBuilder.ok(this)
                    .tag(Long.toString(revision))
                    .build();
        }
    }

    @GET
    @ApiOperation(value = "The topology; its entity tag is the revision that brought it", refuses = NO_TOPOLOGY)
    public RestResponse<TopologyJson> getTopology() throws InterruptedException {
        return json(api.read(), List.of()).answer();
    }

    /** YAML or JSON, whatever the content type says: the one is part of the other. */
    @PUT
    @Consumes(MediaType.WILDCARD)
    @ApiOperation(
            value = "Declares the topology as a whole; a change of its safety rules waits for a second person",
            waiting = ApprovalResource.ApprovalJson.class,
            refuses = {TOPOLOGY_CONFLICT, REVISION_CONFLICT, NO_ROOM, LIMIT_REACHED})
    public RestResponse<TopologyJson> putTopology(
            @RequestBody(ref = "Topology") @Nullable String body,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        Topology topology = switch (TopologyReader.read(Documents.yaml(body))) {
            case TopologyReader.Reading.Read read -> read.topology();
            case TopologyReader.Reading.Faulty faulty -> throw new RefusedException(faulty(faulty.faults()));
        };
        Optional<Revision> onlyAt = Revisions.ifMatch(ifMatch);
        return change(new Command.ApplyTopology(options.key(), clock.instant(), topology, onlyAt), options);
    }

    /** Declares what an earlier revision declared: the same decision as if its document were put again. */
    @POST
    @Path("/rollback")
    @Consumes(MediaType.WILDCARD)
    @ApiOperation(
            value = "Declares the topology of an earlier revision anew",
            waiting = ApprovalResource.ApprovalJson.class,
            refuses = {INVALID_DOCUMENT, UNKNOWN_REVISION, TOPOLOGY_CONFLICT, REVISION_CONFLICT, NO_ROOM, LIMIT_REACHED
            })
    public RestResponse<TopologyJson> rollBackTopology(
            @QueryParam("to") @Nullable String to,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        Revision revision = Revisions.read("to", to);
        Optional<Revision> onlyAt = Revisions.ifMatch(ifMatch);
        // An earlier version of the rules let it in; today's may not.
        Optional<Topology> earlier = api.read().topology(revision);
        if (earlier.isPresent()
                && TopologyReader.read(TopologyWriter.write(earlier.get()))
                        instanceof TopologyReader.Reading.Faulty faulty) {
            throw new RefusedException(faulty(faulty.faults()));
        }
        return change(new Command.RollBackTopology(options.key(), clock.instant(), revision, onlyAt), options);
    }

    private RestResponse<TopologyJson> change(Command.Keyed command, ChangeOptions options)
            throws InterruptedException {
        Api.Came came = api.change(command, options);
        TopologyJson json = json(came.then(), came.receipt().changes());
        // No entity tag of a dry run: the revision is one that there is not, and may never be.
        return options.dry() ? RestResponse.ok(json) : json.answer();
    }

    private static Problem faulty(List<Problem.Fault> faults) {
        Problem.Fault first = faults.getFirst();
        String where = first.pointer().isEmpty() ? "" : first.pointer() + ": ";
        String more = faults.size() == 1 ? "" : " (and " + (faults.size() - 1) + " more)";
        return new Problem(ProblemType.INVALID_DOCUMENT, where + first.detail() + more, Map.of(), faults);
    }

    private static TopologyJson json(ControlState state, List<String> changes) {
        DeclaredTopology declared = state.declared()
                .orElseThrow(() ->
                        new RefusedException(NO_TOPOLOGY, "there is no topology yet; PUT one to /api/v1/topology"));
        return new TopologyJson(declared.at().number(), TopologyWriter.write(declared.topology()), changes);
    }
}
