package io.meridian.control.rest;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** One brake for everything: while it is on, no run starts and no further wave does. */
@Path("/api/v1/brake")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "safety")
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
    @ApiOperation("Whether the brake is on, since when and why")
    public BrakeJson getBrake() throws InterruptedException {
        return BrakeJson.of(api.read());
    }

    @PUT
    @Consumes(MediaType.WILDCARD)
    @ApiOperation("Puts the brake on: no run and no further wave starts until it is released")
    public BrakeJson putBrakeOn(@RequestBody(ref = "Brake") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        String reason = Documents.read(
                body,
                "a brake is {\"reason\":\"why nothing may move\"}",
                Set.of("reason"),
                (document, faults) -> Documents.text(document, "reason", "why, for those who find it on", faults));
        return change(new Command.Brake(options.key(), clock.instant(), reason), options);
    }

    @DELETE
    @ApiOperation("Releases the brake")
    public BrakeJson releaseBrake(@BeanParam ChangeOptions options) throws InterruptedException {
        return change(new Command.ReleaseBrake(options.key(), clock.instant()), options);
    }

    private BrakeJson change(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        return BrakeJson.of(api.change(command, options).then());
    }
}
