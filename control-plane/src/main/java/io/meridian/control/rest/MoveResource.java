package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.history.RunFiles;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Gates;
import io.meridian.control.switching.MoveOptions;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.topology.Problem;
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
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Moves are planned and started here; what becomes of one is a run. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class MoveResource {
    private static final int RUNS_LIMIT = 200;

    private final Api api;
    private final MoveConfig config;
    private final History history;
    private final Clock clock = Clock.systemUTC();

    public MoveResource(Api api, MoveConfig config, History history) {
        this.api = api;
        this.config = config;
        this.history = history;
    }

    @POST
    @Path("/moves")
    @Consumes(MediaType.WILDCARD)
    public Response start(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        Asked asked = read(Documents.object(
                body, "a move", Set.of("shards", "to", "wave", "pauseBetweenWaves", "stopOnGuard", "paused")));
        if (dryRun) {
            ControlState before = api.read();
            Outcome.Previewed preview = api.preview(command("", asked));
            Run run = preview.then().run(preview.receipt().subject()).orElseThrow();
            return Response.ok(RunJson.plan(run, Gates.of(before, run, clock.instant())))
                    .build();
        }
        String id = api.commit(command(Api.keyOr(key), asked)).receipt().subject();
        return created(id);
    }

    private Command.StartMove command(String key, Asked asked) {
        return new Command.StartMove(
                key, clock.instant(), asked.shards(), asked.to(), config.limits(), asked.options());
    }

    private Response created(String id) {
        return Response.created(URI.create("/api/v1/runs/" + id))
                .entity(json(api.local(), id))
                .build();
    }

    private record Asked(String shards, String to, MoveOptions options) {}

    private static Asked read(JsonNode document) {
        var faults = new ArrayList<Problem.Fault>();
        String shards = Documents.text(document, "shards", "shards such as \"0-340,400\"", faults);
        String to = Documents.text(document, "to", "a zone such as \"west-1\"", faults);
        MoveOptions options = WaveOptions.read(document, faults);
        if (!faults.isEmpty()) {
            throw new RefusedException(new Problem(
                    ProblemType.INVALID_DOCUMENT,
                    "a move is {\"shards\":\"0-340,400\",\"to\":\"west-1\"}",
                    Map.of(),
                    faults));
        }
        return new Asked(shards, to, options);
    }

    @GET
    @Path("/runs")
    public List<RunJson> runs() throws InterruptedException {
        var runs = new ArrayList<>(
                api.read().runs().stream().map(RunJson::of).map(RunJson::brief).toList());
        Collections.reverse(runs);
        return runs;
    }

    /** Newest first by their ends, from this node's files: also those that {@code /runs} still shows. */
    @GET
    @Path("/runs/history")
    public RunsJson ended(@QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable String limit) {
        if (cursor != null && !RunFiles.isCursor(cursor)) {
            throw new RefusedException(
                    ProblemType.INVALID_ARGUMENT,
                    "the query parameter 'cursor' is what 'next' of the page before said");
        }
        RunFiles.Page page = history.runs()
                .page(cursor == null ? "" : cursor, (int) Pages.number("limit", limit, 50, 1, RUNS_LIMIT));
        return new RunsJson(page.runs(), page.next().orElse(null));
    }

    /** @param next cursor of the page behind this one; null: this is the last */
    record RunsJson(List<JsonNode> runs, @Nullable String next) {}

    @GET
    @Path("/runs/{id}")
    public Object run(@PathParam("id") String id) throws InterruptedException {
        ControlState state = api.read();
        if (state.run(id).isEmpty()) {
            // Forgotten by the state, which happens only long after it went into a file; as it was shown when it ended.
            Optional<JsonNode> ended = history.runs().find(id);
            if (ended.isPresent()) {
                return ended.get();
            }
        }
        return json(state, id);
    }

    @POST
    @Path("/runs/{id}/cancel")
    @Consumes(MediaType.WILDCARD)
    public RunJson cancel(
            @PathParam("id") String id,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        return done(new Command.CancelRun(dryRun ? "" : Api.keyOr(key), clock.instant(), id), dryRun);
    }

    /** No further wave starts. */
    @POST
    @Path("/runs/{id}/pause")
    @Consumes(MediaType.WILDCARD)
    public RunJson pause(
            @PathParam("id") String id,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        return done(new Command.PauseRun(dryRun ? "" : Api.keyOr(key), clock.instant(), id), dryRun);
    }

    @POST
    @Path("/runs/{id}/resume")
    @Consumes(MediaType.WILDCARD)
    public RunJson resume(
            @PathParam("id") String id,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        return done(new Command.ResumeRun(dryRun ? "" : Api.keyOr(key), clock.instant(), id), dryRun);
    }

    /** Of an ended run: a new one, whose id is in the answer. Of one that needs an operator: itself. */
    @POST
    @Path("/runs/{id}/retry")
    @Consumes(MediaType.WILDCARD)
    public RunJson retry(
            @PathParam("id") String id,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        return done(new Command.RetryRun(dryRun ? "" : Api.keyOr(key), clock.instant(), id), dryRun);
    }

    @POST
    @Path("/runs/{id}/force")
    @Consumes(MediaType.WILDCARD)
    public RunJson force(
            @PathParam("id") String id,
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        ForceDocument asked = ForceDocument.read(body);
        var command = new Command.ForceRun(
                dryRun ? "" : Api.keyOr(key),
                clock.instant(),
                id,
                asked.state(),
                asked.wave(),
                asked.gates(),
                asked.reason());
        return done(command, dryRun);
    }

    private RunJson done(Command.Keyed command, boolean dryRun) throws InterruptedException {
        if (dryRun) {
            Outcome.Previewed preview = api.preview(command);
            return json(preview.then(), preview.receipt().subject());
        }
        String id = api.commit(command).receipt().subject();
        return json(api.local(), id);
    }

    private RunJson json(ControlState state, String id) {
        Run run = find(state, id);
        return run.state() instanceof SwitchState.Prepared
                ? RunJson.of(run).with(Gates.of(state, run, clock.instant()), run)
                : RunJson.of(run);
    }

    static Run find(ControlState state, String id) {
        return state.run(id)
                .orElseThrow(() -> new RefusedException(
                        ProblemType.UNKNOWN_RUN, "there is no run '" + id + "', and this node has none in its files"));
    }
}
