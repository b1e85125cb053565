package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.FAILOVER_RUNS;
import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.LOSS_EXCEEDED;
import static io.meridian.topology.ProblemType.NO_ROOM;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.REGION_ALIVE;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;

import io.meridian.control.command.Command;
import io.meridian.control.failover.Exposures;
import io.meridian.control.feed.LeaseConfig;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Run;
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

/** A region is lost, and others take over what it owns. */
@Path("/api/v1/failovers")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "moves")
@RunOnVirtualThread
public class FailoverResource {
    private final Api api;
    private final Runs runs;
    private final MoveConfig moves;
    private final LeaseConfig lease;
    private final Clock clock = Clock.systemUTC();

    public FailoverResource(Api api, Runs runs, MoveConfig moves, LeaseConfig lease) {
        this.api = api;
        this.runs = runs;
        this.moves = moves;
        this.lease = lease;
    }

    /** A dry run says, with the plan, what would be lost as far as it is known now. */
    @POST
    @ApiOperation(
            value =
                    "Gives the shards of a lost region to others, on what those have of them; of one that is alive by force only",
            starts = true,
            waiting = ApprovalResource.ApprovalJson.class,
            refuses = {NO_TOPOLOGY, UNKNOWN_REGION, REGION_ALIVE, FAILOVER_RUNS, LOSS_EXCEEDED, NO_ROOM, LIMIT_REACHED})
    public RestResponse<RunJson> failOver(
            @RequestBody(ref = "Failover") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        FailoverDocument asked = FailoverDocument.read(body);
        var command = new Command.StartFailover(
                options.key(),
                clock.instant(),
                asked.region(),
                asked.to(),
                asked.maxLoss(),
                asked.force(),
                asked.reason(),
                moves.limits(),
                lease.duration(),
                lease.transactionLimit());
        if (!options.dry()) {
            return runs.follow(command, options);
        }
        ControlState before = api.read();
        Api.Came came = api.change(command, options);
        Run run = came.then().run(came.receipt().subject()).orElseThrow();
        return RestResponse.ok(RunJson.unstarted(
                run, Exposures.now(before, before.declared().orElseThrow().topology(), asked.region())));
    }
}
