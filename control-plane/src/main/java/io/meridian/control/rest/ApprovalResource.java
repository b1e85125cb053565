package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.APPROVAL_ENDED;
import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NAME_TAKEN;
import static io.meridian.topology.ProblemType.NOT_FORCEABLE;
import static io.meridian.topology.ProblemType.NO_ROOM;
import static io.meridian.topology.ProblemType.REVISION_CONFLICT;
import static io.meridian.topology.ProblemType.RUN_ENDED;
import static io.meridian.topology.ProblemType.RUN_MOVED_ON;
import static io.meridian.topology.ProblemType.SECOND_PERSON_NEEDED;
import static io.meridian.topology.ProblemType.TOPOLOGY_CONFLICT;
import static io.meridian.topology.ProblemType.UNKNOWN_APPROVAL;
import static io.meridian.topology.ProblemType.UNKNOWN_REVISION;
import static io.meridian.topology.ProblemType.UNKNOWN_RUN;

import io.meridian.control.access.Approval;
import io.meridian.control.access.Role;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.state.ControlState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What waits for a second person, and that person's word. */
@Path("/api/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "access")
@RunOnVirtualThread
public class ApprovalResource {
    private static final int LIMIT = 200;
    private static final int ABSENT_LIMIT = 50;

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

    /** @param next cursor of the page behind this one; null: this is the last */
    record ApprovalsJson(
            List<ApprovalJson> approvals, @Nullable String next) {}

    @GET
    @ApiOperation("What waits for a second person, or did, the newest first")
    public ApprovalsJson listApprovals(
            @QueryParam("waiting") @Nullable String waiting,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit)
            throws InterruptedException {
        Instant now = clock.instant();
        boolean all = !Pages.flag("waiting", waiting);
        long before = Pages.numbered("ap", cursor);
        Pages.Page<Approval> page = Pages.page(
                api.read().access().approvals().reversed().stream()
                        .filter(approval -> all || approval.stateAt(now) == Approval.State.WAITING)
                        .filter(approval -> Pages.numbered("ap", approval.id()) < before),
                (int) Pages.number("limit", limit, ABSENT_LIMIT, 1, LIMIT),
                Approval::id);
        return new ApprovalsJson(
                page.items().stream()
                        .map(approval -> ApprovalJson.of(approval, now))
                        .toList(),
                page.next());
    }

    @GET
    @Path("/{id}")
    @ApiOperation(value = "What waits for a second person, or did", refuses = UNKNOWN_APPROVAL)
    public ApprovalJson getApproval(@PathParam("id") String id) throws InterruptedException {
        return find(api.read(), id);
    }

    /** What was asked for is decided now, by the same rules as if it were asked now: their refusals are answered here. */
    @POST
    @Path("/{id}/approve")
    @ApiOperation(
            value = "Does what another person asked for, now",
            refuses = {
                UNKNOWN_APPROVAL,
                SECOND_PERSON_NEEDED,
                APPROVAL_ENDED,
                TOPOLOGY_CONFLICT,
                REVISION_CONFLICT,
                NO_ROOM,
                UNKNOWN_REVISION,
                NAME_TAKEN,
                LIMIT_REACHED,
                UNKNOWN_RUN,
                RUN_ENDED,
                RUN_MOVED_ON,
                NOT_FORCEABLE
            })
    public ApprovalJson approve(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        var approve = new Command.Approve(options.key(), clock.instant(), id);
        return find(api.change(approve, options).then(), id);
    }

    @POST
    @Path("/{id}/reject")
    @ApiOperation(
            value = "Lets it be; whoever asked may take it back, too",
            refuses = {UNKNOWN_APPROVAL, APPROVAL_ENDED})
    public ApprovalJson reject(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        var reject = new Command.Reject(options.key(), clock.instant(), id);
        return find(api.change(reject, options).then(), id);
    }

    private ApprovalJson find(ControlState state, String id) {
        return state.access()
                .approval(id)
                .map(approval -> ApprovalJson.of(approval, clock.instant()))
                .orElseThrow(() -> new RefusedException(UNKNOWN_APPROVAL, "there is no approval '" + id + "'"));
    }
}
