package io.meridian.control.rest;

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
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Earlier topologies, and how two of them differ. The newest {@value TopologyHistory#KEPT} are kept. */
@Path("/api/v1/topology")
@Produces(MediaType.APPLICATION_JSON)
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
    record RevisionJson(long revision, @Nullable String declared, boolean current, List<String> changes) {}

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
    public List<RevisionJson> revisions() throws InterruptedException {
        List<TopologyHistory.Entry> entries = api.read().topologyHistory().entries();
        List<RevisionJson> revisions = new ArrayList<>();
        for (int place = 0; place < entries.size(); place++) {
            TopologyHistory.Entry entry = entries.get(place);
            List<String> changes = place == 0
                    ? List.of()
                    : TopologyDiff.sentences(entries.get(place - 1).topology(), entry.topology());
            revisions.add(new RevisionJson(
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
    public Response revision(@PathParam("revision") String text) throws InterruptedException {
        Revision revision = Revisions.read("revision", text);
        return TopologyJson.of(revision, find(api.read(), revision)).response();
    }

    @GET
    @Path("/diff")
    public DiffJson diff(@QueryParam("from") @Nullable String from, @QueryParam("to") @Nullable String to)
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
