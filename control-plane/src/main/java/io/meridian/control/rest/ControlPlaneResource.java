package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.ControlPlane;
import io.meridian.control.cluster.Logic;
import io.meridian.control.cluster.VoterChange;
import io.meridian.control.cluster.VoterRules;
import io.meridian.control.command.Command;
import io.meridian.control.raft.VoterReport;
import io.meridian.control.raft.Voters;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The control plane's own nodes: who votes, how each is, and changes of that. Works as far as it can without a quorum. */
@Path("/api/v1/control-plane")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ControlPlaneResource {
    private final Api api;
    private final ControlPlane plane;
    private final Clock clock = Clock.systemUTC();

    public ControlPlaneResource(Api api, ControlPlane plane) {
        this.api = api;
        this.plane = plane;
    }

    /**
     * @param node that answered; {@code state} is its own
     * @param leader null: none is known here
     */
    record ClusterJson(
            String node,
            String state,
            @Nullable String leader,
            long revision,
            int logicVersion,
            List<VoterJson> voters,
            List<AskedJson> asked) {}

    /**
     * @param answers false: all that follows is null
     * @param lag entries that the leader has and this one has not; null: not known
     * @param supports newest logic version that it knows
     */
    record VoterJson(
            String id,
            String address,
            boolean answers,
            @Nullable String role,
            @Nullable String state,
            @Nullable Long term,
            @Nullable Long written,
            @Nullable Long committed,
            @Nullable Long applied,
            @Nullable Long snapshot,
            @Nullable Long lag,
            @Nullable Integer supports) {}

    record AskedJson(String what, Instant at) {}

    /** @param voters ids, as they would be */
    record PreviewJson(List<String> voters, String change) {}

    @GET
    public ClusterJson show() throws InterruptedException {
        ControlState state = api.local();
        List<Voters.Voter> voters = plane.node().voters().all();
        Optional<Long> written = voters.stream()
                .flatMap(voter -> voter.report().stream())
                .filter(report -> report.role().equals("LEADER"))
                .map(VoterReport::written)
                .max(Long::compare);
        return new ClusterJson(
                plane.node().name(),
                plane.node().state(),
                plane.node().leader().orElse(null),
                state.revision().number(),
                state.logicVersion(),
                voters.stream().map(voter -> voter(voter, written)).toList(),
                state.cluster().asked().stream()
                        .map(asked -> new AskedJson(asked.what(), asked.at()))
                        .toList());
    }

    private static VoterJson voter(Voters.Voter voter, Optional<Long> written) {
        return voter.report()
                .map(said -> new VoterJson(
                        voter.id(),
                        voter.address(),
                        true,
                        said.role(),
                        said.state(),
                        said.term(),
                        said.written(),
                        said.committed(),
                        said.applied(),
                        said.snapshot() < 0 ? null : said.snapshot(),
                        written.map(newest -> Math.max(0, newest - said.written()))
                                .orElse(null),
                        said.supports()))
                .orElseGet(() -> new VoterJson(
                        voter.id(), voter.address(), false, null, null, null, null, null, null, null, null, null));
    }

    @POST
    @Path("/voters")
    @Consumes(MediaType.WILDCARD)
    public Object add(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        JsonNode document = Documents.object(body, "a voter", Set.of("id", "address", "replaces"));
        var faults = new ArrayList<Problem.Fault>();
        String id = Documents.text(document, "id", "a name such as \"east-2\", never used before", faults);
        String address = Documents.text(document, "address", "host:port such as \"10.0.1.5:21012\"", faults);
        String replaces = document.has("replaces")
                ? Documents.text(document, "replaces", "a voter such as \"east\"", faults)
                : "";
        if (!faults.isEmpty()) {
            throw refused(
                    "a voter is {\"id\":\"east-2\",\"address\":\"10.0.1.5:21012\",\"replaces\":\"east\"}", faults);
        }
        return change(
                replaces.isEmpty() ? new VoterChange.Add(id, address) : new VoterChange.Replace(replaces, id, address),
                dryRun,
                key);
    }

    @DELETE
    @Path("/voters/{id}")
    public Object remove(
            @PathParam("id") String id,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        return change(new VoterChange.Remove(id), dryRun, key);
    }

    private Object change(VoterChange change, boolean dryRun, @Nullable String key) throws InterruptedException {
        List<String> then = switch (plane.node().voters().check(change)) {
            case VoterRules.Verdict.No no -> throw new RefusedException(no.why());
            case VoterRules.Verdict.AlreadySo _ -> List.of();
            case VoterRules.Verdict.Next next -> List.copyOf(next.voters().keySet());
        };
        if (dryRun) {
            return new PreviewJson(then, then.isEmpty() ? "it is so already" : change.words());
        }
        if (!then.isEmpty()) {
            // Into the log first: who asked for it is on record, whatever becomes of it.
            api.commit(new Command.ChangeVoters(Api.keyOr(key), clock.instant(), change.words()));
            refuse(plane.node().voters().change(change));
        }
        return show();
    }

    @POST
    @Path("/leader")
    @Consumes(MediaType.WILDCARD)
    public Object lead(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var faults = new ArrayList<Problem.Fault>();
        String id = Documents.text(
                Documents.object(body, "a leader", Set.of("id")), "id", "a voter such as \"west\"", faults);
        if (!faults.isEmpty()) {
            throw refused("who shall lead is {\"id\":\"west\"}", faults);
        }
        refuse(VoterRules.refusalToLead(plane.node().voters().seen(), id));
        if (dryRun) {
            return new PreviewJson(
                    plane.node().voters().seen().stream()
                            .map(VoterRules.Seen::id)
                            .toList(),
                    "let " + id + " lead");
        }
        api.commit(new Command.ChangeVoters(Api.keyOr(key), clock.instant(), "let " + id + " lead"));
        refuse(plane.node().voters().lead(id));
        return show();
    }

    record RaisedJson(int logicVersion, List<String> changes) {}

    @POST
    @Path("/logic-version")
    @Consumes(MediaType.WILDCARD)
    public RaisedJson raise(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        JsonNode version =
                Documents.object(body, "a logic version", Set.of("version")).path("version");
        if (!version.isInt() || version.intValue() < Logic.FIRST) {
            throw refused(
                    "a logic version is {\"version\":2}",
                    List.of(new Problem.Fault("/version", "a whole number from " + Logic.FIRST)));
        }
        List<String> voters =
                plane.node().voters().seen().stream().map(VoterRules.Seen::id).toList();
        if (dryRun) {
            var preview = api.preview(new Command.RaiseLogic("", clock.instant(), version.intValue(), voters));
            return new RaisedJson(
                    preview.then().logicVersion(), preview.receipt().changes());
        }
        var committed = api.commit(new Command.RaiseLogic(Api.keyOr(key), clock.instant(), version.intValue(), voters));
        return new RaisedJson(api.local().logicVersion(), committed.receipt().changes());
    }

    private static void refuse(Optional<Problem> why) {
        if (why.isPresent()) {
            throw new RefusedException(why.get());
        }
    }

    private static RefusedException refused(String detail, List<Problem.Fault> faults) {
        return new RefusedException(new Problem(ProblemType.INVALID_DOCUMENT, detail, Map.of(), faults));
    }
}
