package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NOT_FORCEABLE;
import static io.meridian.topology.ProblemType.RESIDENCY;
import static io.meridian.topology.ProblemType.RUN_ENDED;
import static io.meridian.topology.ProblemType.RUN_MOVED_ON;
import static io.meridian.topology.ProblemType.RUN_NOT_PAUSABLE;
import static io.meridian.topology.ProblemType.RUN_PAST_NO_RETURN;
import static io.meridian.topology.ProblemType.RUN_UNDER_WAY;
import static io.meridian.topology.ProblemType.UNKNOWN_RUN;

import io.meridian.control.command.Command;
import io.meridian.control.history.RunFiles;
import io.meridian.control.switching.Run;
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
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Runs, present and past, and what can be done to one. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "runs")
@RunOnVirtualThread
public class RunResource {
    private static final int LIMIT = 200;
    private static final int ABSENT_LIMIT = 50;

    private final Api api;
    private final Runs runs;
    private final Clock clock = Clock.systemUTC();

    public RunResource(Api api, Runs runs) {
        this.api = api;
        this.runs = runs;
    }

    @GET
    @Path("/runs")
    @ApiOperation("Runs that the state has, the newest first, without the shards of their certificates")
    public Runs.RunsJson listRuns(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable String limit)
            throws InterruptedException {
        long before = Pages.numbered("mv", cursor);
        Pages.Page<Run> page = Pages.page(
                api.read().runs().reversed().stream().filter(run -> Pages.numbered("mv", run.id()) < before),
                (int) Pages.number("limit", limit, ABSENT_LIMIT, 1, LIMIT),
                Run::id);
        return new Runs.RunsJson(
                page.items().stream().map(RunJson::of).map(RunJson::brief).toList(), page.next());
    }

    /** Also those that {@link #listRuns} still shows. */
    @GET
    @Path("/runs/history")
    @ApiOperation("Runs that ended, the newest end first, from the files of the node that answers")
    public Runs.RunsJson listEndedRuns(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable String limit) {
        if (cursor != null && !RunFiles.isCursor(cursor)) {
            throw Pages.wrong("cursor", "what 'next' of the page before said");
        }
        return runs.ended(cursor == null ? "" : cursor, (int) Pages.number("limit", limit, ABSENT_LIMIT, 1, LIMIT));
    }

    @GET
    @Path("/runs/{id}")
    @ApiOperation(value = "A run, with its certificate once it ended", refuses = UNKNOWN_RUN)
    public RunJson getRun(@PathParam("id") String id) throws InterruptedException {
        return runs.find(api.read(), id);
    }

    @POST
    @Path("/runs/{id}/cancel")
    @ApiOperation(
            value = "Takes a run back: waves that did not pass the point of no return are rolled back",
            done = 202,
            refuses = {UNKNOWN_RUN, RUN_ENDED, RUN_PAST_NO_RETURN})
    public RestResponse<RunJson> cancelRun(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        return runs.follow(new Command.CancelRun(options.key(), clock.instant(), id), options);
    }

    @POST
    @Path("/runs/{id}/pause")
    @ApiOperation(
            value = "Starts no further wave of a run; the one under way ends",
            refuses = {UNKNOWN_RUN, RUN_ENDED, RUN_NOT_PAUSABLE})
    public RunJson pauseRun(@PathParam("id") String id, @BeanParam ChangeOptions options) throws InterruptedException {
        return runs.handle(new Command.PauseRun(options.key(), clock.instant(), id), options);
    }

    @POST
    @Path("/runs/{id}/resume")
    @ApiOperation(
            value = "Lets a paused run go on",
            refuses = {UNKNOWN_RUN, RUN_ENDED})
    public RunJson resumeRun(@PathParam("id") String id, @BeanParam ChangeOptions options) throws InterruptedException {
        return runs.handle(new Command.ResumeRun(options.key(), clock.instant(), id), options);
    }

    /** Of an ended run: a new one, whose id is in the answer. Of one that needs an operator: itself. Force is for a failover that would lose too much. */
    @POST
    @Path("/runs/{id}/retry")
    @ApiOperation(
            value = "Starts a new run for what an ended one left undone; one that needs an operator waits anew",
            starts = true,
            waiting = ApprovalResource.ApprovalJson.class,
            refuses = {UNKNOWN_RUN, RUN_UNDER_WAY, RESIDENCY, LIMIT_REACHED})
    public RestResponse<RunJson> retryRun(
            @PathParam("id") String id,
            @RequestBody(ref = "Retry") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        boolean force = Documents.read(
                body == null || body.isBlank() ? "{}" : body,
                "a retry",
                Set.of("force"),
                (document, faults) -> FailoverDocument.flag(document, "force", faults));
        return runs.follow(new Command.RetryRun(options.key(), clock.instant(), id, force), options);
    }

    @POST
    @Path("/runs/{id}/force")
    @ApiOperation(
            value = "Lets a run go on in spite of soft gates that are closed, when a second person approves",
            waiting = ApprovalResource.ApprovalJson.class,
            refuses = {UNKNOWN_RUN, RUN_ENDED, RUN_MOVED_ON, NOT_FORCEABLE, LIMIT_REACHED})
    public RunJson forceRun(
            @PathParam("id") String id,
            @RequestBody(ref = "Force") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        ForceDocument asked = ForceDocument.read(body);
        return runs.handle(
                new Command.ForceRun(
                        options.key(), clock.instant(), id, asked.state(), asked.wave(), asked.gates(), asked.reason()),
                options);
    }
}
