package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.BRAKE_ON;
import static io.meridian.topology.ProblemType.DRILL_CLAIMED;
import static io.meridian.topology.ProblemType.DRILL_ENDED;
import static io.meridian.topology.ProblemType.DRILL_RUNS;
import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NO_DRILL_REPORT;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.REGION_NOT_WHOLE;
import static io.meridian.topology.ProblemType.RUN_UNDER_WAY;
import static io.meridian.topology.ProblemType.UNKNOWN_DRILL;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;
import static io.meridian.topology.ProblemType.UNKNOWN_SCENARIO;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.command.Command;
import io.meridian.control.drilling.Drill;
import io.meridian.control.drilling.DrillDocument;
import io.meridian.control.drilling.DrillScenario;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
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
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Drills: asked for by people, claimed and told of by runners ({@code ./meridian drill serve}). */
@Path("/api/v1/drills")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "drills")
@RunOnVirtualThread
public class DrillResource {
    private static final int LIMIT = 200;
    private static final int ABSENT_LIMIT = 50;
    private static final int LONGEST_WHY = 500;

    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public DrillResource(Api api) {
        this.api = api;
    }

    record DrillsJson(List<DrillJson> drills, @Nullable String next) {}

    /** @param document the scenario's YAML, as it is to be run; null: the runner has it, and it is none that is registered */
    record ClaimedDrillJson(DrillJson drill, @Nullable String document) {}

    private record Wish(
            String scenario, Optional<RegionId> region, String why, String runner, Optional<DrillDocument> document) {}

    @GET
    @ApiOperation("Drills, the newest first, without their reports")
    public DrillsJson listDrills(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable String limit)
            throws InterruptedException {
        long before = Pages.numbered("dr", cursor);
        Pages.Page<Drill> page = Pages.page(
                api.read().drills().all().reversed().stream()
                        .filter(drill -> Pages.numbered("dr", drill.id()) < before),
                (int) Pages.number("limit", limit, ABSENT_LIMIT, 1, LIMIT),
                Drill::id);
        return new DrillsJson(page.items().stream().map(DrillJson::of).toList(), page.next());
    }

    @POST
    @ApiOperation(
            value = "Asks for a drill, which waits for a runner; or, of a runner, tells that one begins",
            done = 202,
            refuses = {
                NO_TOPOLOGY,
                UNKNOWN_SCENARIO,
                UNKNOWN_REGION,
                DRILL_RUNS,
                BRAKE_ON,
                RUN_UNDER_WAY,
                REGION_NOT_WHOLE
            })
    public RestResponse<DrillJson> startDrill(
            @RequestBody(ref = "Drill") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Wish wish = Documents.read(
                body,
                "a drill is {\"scenario\":\"lose-region\",\"region\":\"west\",\"why\":\"monthly\"}",
                Set.of("scenario", "region", "why", "runner", "document"),
                DrillResource::read);
        return follow(
                new Command.StartDrill(
                        options.key(),
                        clock.instant(),
                        wish.scenario(),
                        wish.region(),
                        wish.why(),
                        wish.runner(),
                        wish.document()),
                options);
    }

    @GET
    @Path("/{id}")
    @ApiOperation(value = "A drill: how far it is, or what came of it", refuses = UNKNOWN_DRILL)
    public DrillJson getDrill(@PathParam("id") String id) throws InterruptedException {
        return DrillJson.of(find(api.read(), id));
    }

    @GET
    @Path("/{id}/report")
    @ApiOperation(
            value = "What a drill found, as its runner wrote it; of the newest ones",
            refuses = {UNKNOWN_DRILL, NO_DRILL_REPORT})
    @APIResponse(content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "DrillReport")))
    public String getDrillReport(@PathParam("id") String id) throws InterruptedException {
        Drill drill = find(api.read(), id);
        return drill.ending()
                .map(Drill.Ending::report)
                .filter(report -> !report.isEmpty())
                .orElseThrow(() -> new RefusedException(
                        NO_DRILL_REPORT,
                        drill.over()
                                ? id + " has no report here: it left none, or newer drills of " + drill.scenario()
                                        + " have taken its place"
                                : id + " is " + drill.state() + "; it leaves its report at its end"));
    }

    @POST
    @Path("/{id}/abort")
    @ApiOperation(
            value = "Ends a drill before its time: its runner takes back what it did; whose runner is lost is given up",
            done = 202,
            refuses = {UNKNOWN_DRILL, DRILL_ENDED})
    public RestResponse<DrillJson> abortDrill(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        return follow(new Command.AbortDrill(options.key(), clock.instant(), id), options);
    }

    @POST
    @Path("/{id}/claim")
    @ApiOperation(
            value = "Of a runner: it runs this drill",
            refuses = {UNKNOWN_DRILL, DRILL_CLAIMED, DRILL_ENDED})
    public ClaimedDrillJson claimDrill(
            @PathParam("id") String id,
            @RequestBody(ref = "DrillClaim") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        Api.Came came = api.change(
                new Command.ClaimDrill(options.key(), clock.instant(), id, DrillReports.runner(body)), options);
        Drill drill = find(came.then(), id);
        return new ClaimedDrillJson(
                DrillJson.of(drill),
                Optional.ofNullable(came.then().drills().scenarios().get(drill.scenario()))
                        .filter(scenario -> scenario.sha256().equals(drill.sha256()))
                        .map(DrillScenario::document)
                        .map(DrillDocument::text)
                        .orElse(null));
    }

    /** Also the runner's sign of life, every five seconds; the answer tells it whether somebody asked for the drill's end. */
    @POST
    @Path("/{id}/progress")
    @ApiOperation(
            value = "Of a runner: how far it is; without lines, that it lives",
            refuses = {UNKNOWN_DRILL, DRILL_CLAIMED, DRILL_ENDED})
    public DrillJson reportDrillProgress(
            @PathParam("id") String id,
            @RequestBody(ref = "DrillProgress") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        DrillReports.Progress told = DrillReports.progress(body, clock.instant());
        return handle(
                new Command.ProgressDrill(
                        options.key(), clock.instant(), id, told.runner(), told.first(), told.lines()),
                options);
    }

    @POST
    @Path("/{id}/result")
    @ApiOperation(
            value = "Of a runner: what came of the drill",
            refuses = {UNKNOWN_DRILL, DRILL_CLAIMED, DRILL_ENDED, LIMIT_REACHED})
    public DrillJson reportDrillResult(
            @PathParam("id") String id,
            @RequestBody(ref = "DrillResult") @Nullable String body,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        DrillReports.Result told = DrillReports.result(body, clock.instant());
        return handle(
                new Command.EndDrill(
                        options.key(),
                        clock.instant(),
                        id,
                        told.runner(),
                        told.outcome(),
                        told.reason(),
                        told.begunAt(),
                        told.figures(),
                        told.runs(),
                        told.report()),
                options);
    }

    private RestResponse<DrillJson> follow(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        DrillJson drill = handle(command, options);
        return options.dry()
                ? RestResponse.ok(drill)
                : RestResponse.ResponseBuilder.<DrillJson>create(Response.Status.ACCEPTED, drill)
                        .location(URI.create("/api/v1/drills/" + drill.id()))
                        .build();
    }

    private DrillJson handle(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        Api.Came came = api.change(command, options);
        return DrillJson.of(find(came.then(), came.receipt().subject()));
    }

    private static Drill find(ControlState state, String id) {
        return state.drills()
                .find(id)
                .orElseThrow(() ->
                        new RefusedException(UNKNOWN_DRILL, "there is no drill '" + id + "'; the newest are kept"));
    }

    private static Wish read(JsonNode document, List<Problem.Fault> faults) {
        String scenario = Documents.text(document, "scenario", "a scenario such as \"lose-region\"", faults);
        String why = document.hasNonNull("why")
                ? Documents.text(document, "why", "why, for whoever looks later", faults)
                : "";
        if (why.length() > LONGEST_WHY) {
            faults.add(new Problem.Fault("/why", "at most " + LONGEST_WHY + " characters"));
        }
        String runner = document.hasNonNull("runner") ? DrillReports.runner(document, faults) : "";
        Optional<DrillDocument> own = Optional.empty();
        if (document.hasNonNull("document")) {
            own = Optional.of(
                    ScenarioDocument.read(Documents.text(document, "document", "the scenario's YAML", faults), faults));
            if (runner.isEmpty()) {
                faults.add(new Problem.Fault(
                        "/document", "only of a runner that begins by itself; register it first, for one that waits"));
            }
            if (own.get().text().length() > DrillDocument.LONGEST) {
                faults.add(new Problem.Fault("/document", "at most " + DrillDocument.LONGEST + " characters"));
            }
            if (faults.isEmpty() && !own.get().name().equals(scenario)) {
                faults.add(new Problem.Fault("/document/name", "not the scenario's name, '" + scenario + "'"));
            }
        }
        return new Wish(
                scenario,
                document.hasNonNull("region")
                        ? Optional.of(
                                RegionId.of(Documents.text(document, "region", "a region such as \"west\"", faults)))
                        : Optional.empty(),
                why,
                runner,
                own);
    }
}
