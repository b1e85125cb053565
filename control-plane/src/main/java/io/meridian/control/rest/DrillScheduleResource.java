package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.REVISION_CONFLICT;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;
import static io.meridian.topology.ProblemType.UNKNOWN_SCENARIO;
import static io.meridian.topology.ProblemType.UNKNOWN_SCHEDULE;

import io.meridian.control.command.Command;
import io.meridian.control.drilling.DrillSchedule;
import io.meridian.control.rest.ScheduleJson.DrillScheduleJson;
import io.meridian.control.rest.ScheduleJson.DrillSchedulesJson;
import io.meridian.control.state.ControlState;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Drills that nobody has to ask for. The entity tag of a schedule is the revision in which it was declared so; what becomes of what is due changes no
 * tag.
 */
@Path("/api/v1/drills/schedules")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "drills")
@RunOnVirtualThread
public class DrillScheduleResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public DrillScheduleResource(Api api) {
        this.api = api;
    }

    @GET
    @ApiOperation("When drills are due, and what became of those that were, by name")
    public DrillSchedulesJson listDrillSchedules() throws InterruptedException {
        return DrillSchedulesJson.of(api.read(), clock.instant());
    }

    @GET
    @Path("/{name}")
    @ApiOperation(value = "A schedule, with its next times and its newest outcomes", refuses = UNKNOWN_SCHEDULE)
    public RestResponse<DrillScheduleJson> getDrillSchedule(@PathParam("name") String name)
            throws InterruptedException {
        return json(api.read(), name, clock.instant()).answer(false);
    }

    /** Whoever may start such a drill may let it start by itself. */
    @PUT
    @Path("/{name}")
    @ApiOperation(
            value = "Declares a schedule, or another one under its name",
            refuses = {NO_TOPOLOGY, UNKNOWN_SCENARIO, UNKNOWN_REGION, REVISION_CONFLICT, LIMIT_REACHED})
    public RestResponse<DrillScheduleJson> putDrillSchedule(
            @PathParam("name") String name,
            @RequestBody(ref = "DrillSchedule") @Nullable String body,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        Instant now = clock.instant();
        DrillSchedule.Declared declared = ScheduleDocument.read(name, body, now);
        return change(new Command.PutSchedule(options.key(), now, declared, Revisions.ifMatch(ifMatch)), name, options);
    }

    @DELETE
    @Path("/{name}")
    @ApiOperation(
            value = "Takes a schedule away; a drill that it has asked for stays asked for",
            refuses = {UNKNOWN_SCHEDULE, REVISION_CONFLICT})
    public DrillSchedulesJson deleteDrillSchedule(
            @PathParam("name") String name,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        Instant now = clock.instant();
        var command = new Command.RemoveSchedule(options.key(), now, name, Revisions.ifMatch(ifMatch));
        return DrillSchedulesJson.of(api.change(command, options).then(), now);
    }

    @POST
    @Path("/{name}/enable")
    @ApiOperation(
            value = "Lets what is due from now on begin",
            refuses = {UNKNOWN_SCHEDULE, REVISION_CONFLICT})
    public RestResponse<DrillScheduleJson> enableDrillSchedule(
            @PathParam("name") String name,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        return turn(name, true, ifMatch, options);
    }

    @POST
    @Path("/{name}/disable")
    @ApiOperation(
            value = "Keeps a schedule, and lets nothing of it begin",
            refuses = {UNKNOWN_SCHEDULE, REVISION_CONFLICT})
    public RestResponse<DrillScheduleJson> disableDrillSchedule(
            @PathParam("name") String name,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @BeanParam ChangeOptions options)
            throws InterruptedException {
        return turn(name, false, ifMatch, options);
    }

    private RestResponse<DrillScheduleJson> turn(
            String name, boolean enabled, @Nullable String ifMatch, ChangeOptions options) throws InterruptedException {
        var command =
                new Command.TurnSchedule(options.key(), clock.instant(), name, enabled, Revisions.ifMatch(ifMatch));
        return change(command, name, options);
    }

    private RestResponse<DrillScheduleJson> change(Command.Keyed command, String name, ChangeOptions options)
            throws InterruptedException {
        return json(api.change(command, options).then(), name, command.now()).answer(options.dry());
    }

    private static DrillScheduleJson json(ControlState state, String name, Instant now) {
        return state.drills()
                .schedule(name)
                .map(schedule -> DrillScheduleJson.of(state, schedule, now))
                .orElseThrow(() -> new RefusedException(UNKNOWN_SCHEDULE, "there is no schedule '" + name + "'"));
    }
}
