package io.meridian.control.rest;

import io.meridian.control.access.Approval;
import io.meridian.control.access.Role;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.state.ControlState;
import io.meridian.topology.ProblemType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
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
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits for a second person, and that person's word. */
@Path("/api/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ApprovalResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public ApprovalResource(Api api) {
        this.api = api;
    }

    /**
     * @param what a sentence
     * @param state WAITING, APPROVED, REJECTED or EXPIRED
     * @param subject the run or token that an approved request made; null: none
     */
    record ApprovalJson(
            String id,
            String state,
            String what,
            String askedBy,
            List<String> roles,
            String reason,
            Instant askedAt,
            Instant expires,
            @Nullable String endedBy,
            @Nullable Instant endedAt,
            @Nullable String note,
            @Nullable String subject) {
        static ApprovalJson of(Approval approval, Instant now) {
            Approval.Ending ending = approval.ended().orElse(null);
            return new ApprovalJson(
                    approval.id(),
                    approval.stateAt(now).name(),
                    Decider.sentence(approval.asked().what()),
                    approval.asked().by().name(),
                    approval.asked().by().roles().stream().map(Role::text).toList(),
                    approval.asked().reason(),
                    approval.askedAt(),
                    approval.expires(),
                    ending == null || ending.by().isEmpty() ? null : ending.by(),
                    ending == null ? null : ending.at(),
                    ending == null || ending.note().isEmpty() ? null : ending.note(),
                    ending == null || ending.subject().isEmpty() ? null : ending.subject());
        }
    }

    /** Newest first. */
    @GET
    public List<ApprovalJson> all(@QueryParam("waiting") boolean waiting) throws InterruptedException {
        Instant now = clock.instant();
        var approvals = new ArrayList<>(api.read().access().approvals().stream()
                .filter(approval -> !waiting || approval.stateAt(now) == Approval.State.WAITING)
                .map(approval -> ApprovalJson.of(approval, now))
                .toList());
        Collections.reverse(approvals);
        return approvals;
    }

    @GET
    @Path("/{id}")
    public ApprovalJson get(@PathParam("id") String id) throws InterruptedException {
        return find(api.read(), id);
    }

    /** Does what was asked for, now. */
    @POST
    @Path("/{id}/approve")
    @Consumes(MediaType.WILDCARD)
    public ApprovalJson approve(
            @PathParam("id") String id,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var approve = new Command.Approve(dryRun ? "" : Api.keyOr(key), clock.instant(), id);
        return find(dryRun ? api.previewAsked(approve).then() : done(approve), id);
    }

    @POST
    @Path("/{id}/reject")
    @Consumes(MediaType.WILDCARD)
    public ApprovalJson reject(
            @PathParam("id") String id,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var reject = new Command.Reject(dryRun ? "" : Api.keyOr(key), clock.instant(), id);
        return find(dryRun ? api.previewAsked(reject).then() : done(reject), id);
    }

    private ControlState done(Command.Keyed command) throws InterruptedException {
        api.commit(command);
        return api.local();
    }

    private ApprovalJson find(ControlState state, String id) {
        return state.access()
                .approval(id)
                .map(approval -> ApprovalJson.of(approval, clock.instant()))
                .orElseThrow(
                        () -> new RefusedException(ProblemType.UNKNOWN_APPROVAL, "there is no approval '" + id + "'"));
    }
}
