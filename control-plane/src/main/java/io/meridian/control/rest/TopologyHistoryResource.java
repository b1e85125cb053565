package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.UNKNOWN_REVISION;

import io.meridian.control.rest.TopologyResource.TopologyJson;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Revision;
import io.meridian.control.topology.TopologyDiff;
import io.meridian.control.topology.TopologyHistory;
import io.meridian.topology.Topology;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Earlier topologies, and how two of them differ. The newest {@value TopologyHistory#KEPT} are kept. */
@Path("/api/v1/topology")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "topology")
@RunOnVirtualThread
public class TopologyHistoryResource {
    private final Api api;

    public TopologyHistoryResource(Api api) {
        this.api = api;
    }

    /**
     * @param declared null: by a version that did not write that down
     * @param changes against the one before it; empty for the oldest that is kept
     */
    record TopologyRevisionJson(long revision, @Nullable String declared, boolean current, List<String> changes) {}

    /**
     * @param pointer into the document of {@code to}, or into that of {@code from} for what is gone
     * @param before null: was not there
     * @param after null: is gone
     */
    record ChangeJson(
            String pointer,
            @Nullable Object before,
            @Nullable Object after,
            String sentence) {}

    record DiffJson(long from, long to, List<ChangeJson> changes, List<String> sentences) {}

    /** The newest first. */
    @GET
    @Path("/revisions")
    @ApiOperation("The newest revisions of the topology, 50 at most, the newest first")
    public List<TopologyRevisionJson> listTopologyRevisions() throws InterruptedException {
        List<TopologyHistory.Entry> entries = api.read().topologyHistory().entries();
        List<TopologyRevisionJson> revisions = new ArrayList<>();
        for (int place = 0; place < entries.size(); place++) {
            TopologyHistory.Entry entry = entries.get(place);
            List<String> changes = place == 0
                    ? List.of()
                    : TopologyDiff.sentences(entries.get(place - 1).topology(), entry.topology());
            revisions.add(new TopologyRevisionJson(
                    entry.at().number(),
                    entry.declared().map(Object::toString).orElse(null),
                    place == entries.size() - 1,
                    changes));
        }
        Collections.reverse(revisions);
        return revisions;
    }

    @GET
    @Path("/revisions/{revision}")
    @ApiOperation(value = "The topology of a revision", refuses = UNKNOWN_REVISION)
    public RestResponse<TopologyJson> getTopologyRevision(@PathParam("revision") String text)
            throws InterruptedException {
        Revision revision = Revisions.read("revision", text);
        return TopologyJson.of(revision, find(api.read(), revision)).answer();
    }

    @GET
    @Path("/diff")
    @ApiOperation(value = "How two revisions of the topology differ", refuses = UNKNOWN_REVISION)
    public DiffJson diffTopology(@QueryParam("from") @Nullable String from, @QueryParam("to") @Nullable String to)
            throws InterruptedException {
        Revision older = Revisions.read("from", from);
        Revision newer = Revisions.read("to", to);
        ControlState state = api.read();
        Topology before = find(state, older);
        Topology after = find(state, newer);
        List<ChangeJson> changes = TopologyDiff.between(before, after).stream()
                .map(change -> new ChangeJson(
                        change.pointer(),
                        change.before().orElse(null),
                        change.after().orElse(null),
                        change.sentence()))
                .toList();
        return new DiffJson(older.number(), newer.number(), changes, TopologyDiff.sentences(before, after));
    }

    private static Topology find(ControlState state, Revision revision) {
        return state.topology(revision).orElseThrow(() -> new RefusedException(TopologyHistory.unknown(revision)));
    }
}
