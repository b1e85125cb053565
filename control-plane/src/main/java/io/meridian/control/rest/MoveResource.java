package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NOT_SHARDED;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.RESIDENCY;
import static io.meridian.topology.ProblemType.SHARD_OUT_OF_RANGE;
import static io.meridian.topology.ProblemType.UNKNOWN_ZONE;

import io.meridian.control.command.Command;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Moves are planned and started here; what becomes of one is a run. */
@Path("/api/v1/moves")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "moves")
@RunOnVirtualThread
public class MoveResource {
    private final Runs runs;
    private final MoveConfig config;
    private final Clock clock = Clock.systemUTC();

    public MoveResource(Runs runs, MoveConfig config) {
        this.runs = runs;
        this.config = config;
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @ApiOperation(
            value = "Moves shards to a zone",
            starts = true,
            refuses = {NO_TOPOLOGY, UNKNOWN_ZONE, NOT_SHARDED, SHARD_OUT_OF_RANGE, RESIDENCY})
    public RestResponse<RunJson> startMove(
            @RequestBody(ref = "Move") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        MoveDocument asked = MoveDocument.read(body);
        return runs.start(
                new Command.StartMove(
                        options.key(), clock.instant(), asked.shards(), asked.to(), config.limits(), asked.options()),
                options);
    }
}
