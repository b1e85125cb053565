package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One brake for everything: while it is on, no run starts and no further wave does. */
@Path("/api/v1/brake")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class BrakeResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public BrakeResource(Api api) {
        this.api = api;
    }

    /** @param reason null while it is off, as is {@code since} */
    record BrakeJson(
            boolean on, @Nullable String reason, @Nullable Instant since) {
        static BrakeJson of(ControlState state) {
            return state.safety()
                    .brake()
                    .map(brake -> new BrakeJson(true, brake.reason(), brake.since()))
                    .orElseGet(() -> new BrakeJson(false, null, null));
        }
    }

    @GET
    public BrakeJson show() throws InterruptedException {
        return BrakeJson.of(api.read());
    }

    @PUT
    @Consumes(MediaType.WILDCARD)
    public BrakeJson put(
            @Nullable String body,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        JsonNode document = Documents.object(body, "a brake", Set.of("reason"));
        var faults = new ArrayList<Problem.Fault>();
        String reason = Documents.text(document, "reason", "why, for those who find it on", faults);
        if (!faults.isEmpty()) {
            throw new RefusedException(new Problem(
                    ProblemType.INVALID_DOCUMENT,
                    "a brake is {\"reason\":\"why nothing may move\"}",
                    Map.of(),
                    faults));
        }
        return done(new Command.Brake(dryRun ? "" : Api.keyOr(key), clock.instant(), reason), dryRun);
    }

    @DELETE
    public BrakeJson release(@QueryParam("dryRun") boolean dryRun, @HeaderParam("Idempotency-Key") @Nullable String key)
            throws InterruptedException {
        return done(new Command.ReleaseBrake(dryRun ? "" : Api.keyOr(key), clock.instant()), dryRun);
    }

    private BrakeJson done(Command.Keyed command, boolean dryRun) throws InterruptedException {
        if (dryRun) {
            return BrakeJson.of(api.preview(command).then());
        }
        api.commit(command);
        return BrakeJson.of(api.local());
    }
}
