package io.meridian.control.rest;

import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import io.meridian.topology.TopologyReader;
import io.meridian.topology.TopologyWriter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topology, declared as a whole. */
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
    record TopologyJson(long revision, Map<String, Object> topology, List<String> changes) {}

    @GET
    public TopologyJson get() throws InterruptedException {
        return json(api.read(), List.of());
    }

    /** YAML or JSON, whatever the content type says: the one is part of the other. */
    @PUT
    @Consumes(MediaType.WILDCARD)
    public TopologyJson put(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        Topology topology = switch (TopologyReader.read(Documents.yaml(body))) {
            case TopologyReader.Reading.Read read -> read.topology();
            case TopologyReader.Reading.Faulty faulty -> throw new RefusedException(faulty(faulty.faults()));
        };
        if (dryRun) {
            Outcome.Previewed preview = api.preview(new Command.ApplyTopology("", clock.instant(), topology));
            return json(preview.then(), preview.receipt().changes());
        }
        Outcome.Committed committed = api.commit(new Command.ApplyTopology(Api.keyOr(key), clock.instant(), topology));
        return json(api.local(), committed.receipt().changes());
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
