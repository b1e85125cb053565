package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LOGIC_NOT_SUPPORTED;
import static io.meridian.topology.ProblemType.UNKNOWN_VOTER;
import static io.meridian.topology.ProblemType.VOTERS_CONFLICT;

import io.meridian.control.ControlPlane;
import io.meridian.control.cluster.Logic;
import io.meridian.control.cluster.VoterChange;
import io.meridian.control.cluster.VoterRules;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.raft.VoterReport;
import io.meridian.control.raft.Voters;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The control plane's own nodes: who votes, how each is, and changes of that. Works as far as it can without a quorum. */
@Path("/api/v1/control-plane")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "control-plane")
@RunOnVirtualThread
public class ControlPlaneResource {
    private final Api api;
    private final ControlPlane plane;
    private final Clock clock = Clock.systemUTC();

    public ControlPlaneResource(Api api, ControlPlane plane) {
        this.api = api;
        this.plane = plane;
    }

    /** What a change of the voters is answered: the cluster as it is then, or of a dry run how it would be. */
    @Schema(oneOf = {ClusterJson.class, PreviewJson.class})
    sealed interface VotersAnswerJson {}

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
            List<ClusterVoterJson> voters,
            List<AskedJson> asked)
            implements VotersAnswerJson {}

    /**
     * @param answers false: all that follows is null
     * @param lag entries that the leader has and this one has not; null: not known
     * @param supports newest logic version that it knows
     */
    record ClusterVoterJson(
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
    record PreviewJson(List<String> voters, String change) implements VotersAnswerJson {}

    @GET
    @ApiOperation("The control plane's nodes, and how far each is; answers without a quorum, too")
    public ClusterJson getControlPlane() throws InterruptedException {
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

    private static ClusterVoterJson voter(Voters.Voter voter, Optional<Long> written) {
        return voter.report()
                .map(said -> new ClusterVoterJson(
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
                .orElseGet(() -> new ClusterVoterJson(
                        voter.id(), voter.address(), false, null, null, null, null, null, null, null, null, null));
    }

    @POST
    @Path("/voters")
    @ApiOperation(
            value = "Lets a node vote, or puts it in the place of another; answered when it votes",
            refuses = {UNKNOWN_VOTER, VOTERS_CONFLICT})
    public VotersAnswerJson addVoter(
            @RequestBody(ref = "Voter") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        VoterChange change = Documents.read(
                body,
                "a voter is {\"id\":\"east-2\",\"address\":\"10.0.1.5:21012\",\"replaces\":\"east\"}",
                Set.of("id", "address", "replaces"),
                (document, faults) -> {
                    String id = Documents.text(document, "id", "a name such as \"east-2\", never used before", faults);
                    String address =
                            Documents.text(document, "address", "host:port such as \"10.0.1.5:21012\"", faults);
                    return document.has("replaces")
                            ? new VoterChange.Replace(
                                    Documents.text(document, "replaces", "a voter such as \"east\"", faults),
                                    id,
                                    address)
                            : new VoterChange.Add(id, address);
                });
        return change(change, options);
    }

    @DELETE
    @Path("/voters/{id}")
    @ApiOperation(
            value = "Lets a node vote no more; answered when it is so",
            refuses = {UNKNOWN_VOTER, VOTERS_CONFLICT})
    public VotersAnswerJson removeVoter(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        return change(new VoterChange.Remove(id), options);
    }

    private VotersAnswerJson change(VoterChange change, ChangeOptions options) throws InterruptedException {
        var asked = new Command.ChangeVoters(options.key(), clock.instant(), change.words());
        List<String> then = switch (plane.node().voters().check(change)) {
            case VoterRules.Verdict.No no -> {
                // Removed by the first request with this key, whose answer was lost.
                if (no.why().type() == UNKNOWN_VOTER && Decider.remembers(api.read(), asked)) {
                    yield List.of();
                }
                throw new RefusedException(no.why());
            }
            case VoterRules.Verdict.AlreadySo _ -> List.of();
            case VoterRules.Verdict.Next next -> List.copyOf(next.voters().keySet());
        };
        if (options.dry()) {
            return new PreviewJson(then, then.isEmpty() ? "it is so already" : change.words());
        }
        if (!then.isEmpty()) {
            // Into the log first: who asked for it is on record, whatever becomes of it.
            api.change(asked, options);
            refuse(plane.node().voters().change(change));
        }
        return getControlPlane();
    }

    @POST
    @Path("/leader")
    @ApiOperation(
            value = "Lets a voter lead; answered when it does",
            refuses = {UNKNOWN_VOTER, VOTERS_CONFLICT})
    public VotersAnswerJson putLeader(
            @RequestBody(ref = "Leader") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        String id = Documents.read(
                body,
                "who shall lead is {\"id\":\"west\"}",
                Set.of("id"),
                (document, faults) -> Documents.text(document, "id", "a voter such as \"west\"", faults));
        List<VoterRules.Seen> seen = plane.node().voters().seen();
        refuse(VoterRules.refusalToLead(seen, id));
        if (options.dry()) {
            return new PreviewJson(seen.stream().map(VoterRules.Seen::id).toList(), "let " + id + " lead");
        }
        api.change(new Command.ChangeVoters(options.key(), clock.instant(), "let " + id + " lead"), options);
        refuse(plane.node().voters().lead(id));
        return getControlPlane();
    }

    record RaisedJson(int logicVersion, List<String> changes) {}

    @POST
    @Path("/logic-version")
    @ApiOperation(
            value = "Switches the rules of a newer release on, once every voter knows them; never back",
            refuses = LOGIC_NOT_SUPPORTED)
    public RaisedJson raiseLogicVersion(
            @RequestBody(ref = "LogicVersion") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        int version = Documents.read(
                body,
                "a logic version is {\"version\":2}",
                Set.of("version"),
                (document, faults) -> Documents.whole(document, "version", Logic.FIRST, Integer.MAX_VALUE, faults));
        List<String> voters =
                plane.node().voters().seen().stream().map(VoterRules.Seen::id).toList();
        Api.Came came = api.change(new Command.RaiseLogic(options.key(), clock.instant(), version, voters), options);
        return new RaisedJson(came.then().logicVersion(), came.receipt().changes());
    }

    private static void refuse(Optional<Problem> why) {
        if (why.isPresent()) {
            throw new RefusedException(why.get());
        }
    }
}
