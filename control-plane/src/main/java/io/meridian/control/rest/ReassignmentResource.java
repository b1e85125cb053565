package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.assignment.Reassignment;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Gates;
import io.meridian.control.switching.Run;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Runs whose moves are computed: a person says what should be, not which shards go where. Each answers as a move does. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@RunOnVirtualThread
public class ReassignmentResource {
    private final Api api;
    private final MoveConfig config;
    private final Clock clock = Clock.systemUTC();

    public ReassignmentResource(Api api, MoveConfig config) {
        this.api = api;
        this.config = config;
    }

    @POST
    @Path("/rebalances")
    public Response rebalance(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var wanted = read(
                body == null || body.isBlank() ? "{}" : body,
                "a rebalance",
                Set.of("rps"),
                (asked, faults) -> new Reassignment.Rebalance(load(asked, faults)));
        return start(wanted, dryRun, key);
    }

    @POST
    @Path("/evacuations")
    public Response evacuate(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var wanted = read(
                body,
                "an evacuation",
                Set.of("zones", "regions", "rps"),
                (asked, faults) -> new Reassignment.Evacuate(
                        names(asked, "zones", faults).stream().map(ZoneId::of).toList(),
                        names(asked, "regions", faults).stream()
                                .map(RegionId::of)
                                .toList(),
                        load(asked, faults)));
        return start(wanted, dryRun, key);
    }

    @POST
    @Path("/pop-outs")
    public Response popOut(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var wanted = read(
                body,
                "a pop-out",
                Set.of("from", "to", "percent"),
                (asked, faults) -> new Reassignment.PopOut(
                        ZoneId.of(Documents.text(asked, "from", "a zone such as \"west-1\"", faults)),
                        ZoneId.of(Documents.text(asked, "to", "an elastic zone such as \"west-9\"", faults)),
                        percent(asked, faults)));
        return start(wanted, dryRun, key);
    }

    @POST
    @Path("/pop-ins")
    public Response popIn(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var wanted = read(
                body,
                "a pop-in",
                Set.of("zone"),
                (asked, faults) -> new Reassignment.PopIn(
                        ZoneId.of(Documents.text(asked, "zone", "an elastic zone such as \"west-9\"", faults))));
        return start(wanted, dryRun, key);
    }

    @POST
    @Path("/shifts")
    public Response shift(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var wanted = read(
                body,
                "a shift",
                Set.of("region", "fromGroup", "toGroup", "percent"),
                (asked, faults) -> new Reassignment.Shift(
                        RegionId.of(Documents.text(asked, "region", "a region such as \"east\"", faults)),
                        Documents.text(asked, "fromGroup", "a group of zones such as \"blue\"", faults),
                        Documents.text(asked, "toGroup", "a group of zones such as \"green\"", faults),
                        percent(asked, faults)));
        return start(wanted, dryRun, key);
    }

    @POST
    @Path("/reversals")
    public Response reverse(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        var wanted = read(
                body,
                "a reversal",
                Set.of("run"),
                (asked, faults) -> new Reassignment.Reverse(
                        Documents.text(asked, "run", "an ended run such as \"mv-1\"", faults)));
        return start(wanted, dryRun, key);
    }

    private Response start(Reassignment wanted, boolean dryRun, @Nullable String key) throws InterruptedException {
        if (dryRun) {
            ControlState before = api.read();
            Outcome.Previewed preview = api.preview(new Command.Reassign("", clock.instant(), wanted, config.limits()));
            Run run = preview.then().run(preview.receipt().subject()).orElseThrow();
            return Response.ok(RunJson.plan(run, Gates.of(before, run, clock.instant())))
                    .build();
        }
        String id = api.commit(new Command.Reassign(Api.keyOr(key), clock.instant(), wanted, config.limits()))
                .receipt()
                .subject();
        return Response.created(URI.create("/api/v1/runs/" + id))
                .entity(RunJson.of(api.local().run(id).orElseThrow()))
                .build();
    }

    private static Reassignment read(
            @Nullable String body,
            String what,
            Set<String> known,
            BiFunction<JsonNode, List<Problem.Fault>, Reassignment> reader) {
        JsonNode document = Documents.object(body, what, known);
        var faults = new ArrayList<Problem.Fault>();
        Reassignment wanted = reader.apply(document, faults);
        if (!faults.isEmpty()) {
            Problem.Fault first = faults.getFirst();
            throw new RefusedException(new Problem(
                    ProblemType.INVALID_DOCUMENT,
                    what + ": " + first.pointer() + " " + first.detail(),
                    Map.of(),
                    faults));
        }
        return wanted;
    }

    private static Optional<Integer> load(JsonNode document, List<Problem.Fault> faults) {
        JsonNode value = document.path("rps");
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            faults.add(new Problem.Fault("/rps", "not a whole number: requests per second of all shards together"));
        }
        return Optional.of(value.asInt());
    }

    private static int percent(JsonNode document, List<Problem.Fault> faults) {
        JsonNode value = document.path("percent");
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            faults.add(new Problem.Fault("/percent", "a whole number from 0 to 100 is needed"));
        }
        return value.asInt();
    }

    private static List<String> names(JsonNode document, String name, List<Problem.Fault> faults) {
        JsonNode value = document.path(name);
        var names = new ArrayList<String>();
        if (!value.isMissingNode() && !value.isArray()) {
            faults.add(new Problem.Fault("/" + name, "not a list of names"));
        }
        for (int i = 0; i < value.size(); i++) {
            if (!value.path(i).isTextual()) {
                faults.add(new Problem.Fault("/" + name + "/" + i, "not a text"));
            }
            names.add(value.path(i).asText());
        }
        return names;
    }
}
