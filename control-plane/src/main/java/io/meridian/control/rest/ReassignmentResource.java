package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NOT_ELASTIC;
import static io.meridian.topology.ProblemType.NOT_SHARDED;
import static io.meridian.topology.ProblemType.NO_ROOM;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.RESIDENCY;
import static io.meridian.topology.ProblemType.UNKNOWN_GROUP;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;
import static io.meridian.topology.ProblemType.UNKNOWN_RUN;
import static io.meridian.topology.ProblemType.UNKNOWN_ZONE;
import static io.meridian.topology.ProblemType.ZONE_PINNED;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.assignment.Reassignment;
import io.meridian.control.command.Command;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Runs whose moves are computed: a person says what should be, not which shards go where. Each answers as a move does. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "moves")
@RunOnVirtualThread
public class ReassignmentResource {
    private final Runs runs;
    private final MoveConfig config;
    private final Clock clock = Clock.systemUTC();

    public ReassignmentResource(Runs runs, MoveConfig config) {
        this.runs = runs;
        this.config = config;
    }

    @POST
    @Path("/rebalances")
    @ApiOperation(
            value = "Moves as few shards as give each zone its share by weight",
            starts = true,
            refuses = {NO_TOPOLOGY, NO_ROOM})
    public RestResponse<RunJson> rebalance(
            @RequestBody(ref = "Rebalance") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Reassignment wanted = Documents.read(
                body == null || body.isBlank() ? "{}" : body,
                "a rebalance",
                Set.of("rps"),
                (asked, faults) -> new Reassignment.Rebalance(load(asked, faults)));
        return start(wanted, options);
    }

    @POST
    @Path("/evacuations")
    @ApiOperation(
            value = "Empties zones or whole regions: their shards go to backups, then to the nearest with room",
            starts = true,
            refuses = {NO_TOPOLOGY, UNKNOWN_ZONE, NOT_SHARDED, UNKNOWN_REGION, ZONE_PINNED, NO_ROOM})
    public RestResponse<RunJson> evacuate(
            @RequestBody(ref = "Evacuation") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Reassignment wanted =
                Documents.read(body, "an evacuation", Set.of("zones", "regions", "rps"), (asked, faults) -> {
                    List<String> zones = Documents.texts(asked, "zones", faults);
                    List<String> regions = Documents.texts(asked, "regions", faults);
                    if (zones.isEmpty() && regions.isEmpty() && faults.isEmpty()) {
                        faults.add(new Problem.Fault("/zones", "name a zone or a region to evacuate"));
                    }
                    return new Reassignment.Evacuate(
                            zones.stream().map(ZoneId::of).toList(),
                            regions.stream().map(RegionId::of).toList(),
                            load(asked, faults));
                });
        return start(wanted, options);
    }

    @POST
    @Path("/pop-outs")
    @ApiOperation(
            value = "Lends a share of a zone's shards to an elastic zone",
            starts = true,
            refuses = {NO_TOPOLOGY, UNKNOWN_ZONE, NOT_SHARDED, NOT_ELASTIC, RESIDENCY})
    public RestResponse<RunJson> popOut(
            @RequestBody(ref = "PopOut") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Reassignment wanted = Documents.read(
                body,
                "a pop-out",
                Set.of("from", "to", "percent"),
                (asked, faults) -> new Reassignment.PopOut(
                        ZoneId.of(Documents.text(asked, "from", "a zone such as \"west-1\"", faults)),
                        ZoneId.of(Documents.text(asked, "to", "an elastic zone such as \"west-9\"", faults)),
                        Documents.whole(asked, "percent", 1, 100, faults)));
        return start(wanted, options);
    }

    @POST
    @Path("/pop-ins")
    @ApiOperation(
            value = "Brings what was popped out to an elastic zone back to where it was",
            starts = true,
            refuses = {NO_TOPOLOGY, UNKNOWN_ZONE, NOT_SHARDED, RESIDENCY})
    public RestResponse<RunJson> popIn(
            @RequestBody(ref = "PopIn") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Reassignment wanted = Documents.read(
                body,
                "a pop-in",
                Set.of("zone"),
                (asked, faults) -> new Reassignment.PopIn(
                        ZoneId.of(Documents.text(asked, "zone", "an elastic zone such as \"west-9\"", faults))));
        return start(wanted, options);
    }

    @POST
    @Path("/shifts")
    @ApiOperation(
            value = "Blue and green: gives a percentage of two groups' shards in a region to the one of them",
            starts = true,
            refuses = {NO_TOPOLOGY, UNKNOWN_GROUP, RESIDENCY})
    public RestResponse<RunJson> shift(
            @RequestBody(ref = "Shift") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Reassignment wanted = Documents.read(
                body,
                "a shift",
                Set.of("region", "fromGroup", "toGroup", "percent"),
                (asked, faults) -> new Reassignment.Shift(
                        RegionId.of(Documents.text(asked, "region", "a region such as \"east\"", faults)),
                        Documents.text(asked, "fromGroup", "a group of zones such as \"blue\"", faults),
                        Documents.text(asked, "toGroup", "a group of zones such as \"green\"", faults),
                        Documents.whole(asked, "percent", 0, 100, faults)));
        return start(wanted, options);
    }

    @POST
    @Path("/reversals")
    @ApiOperation(
            value = "Takes back what an ended run moved, as far as it is still there",
            starts = true,
            refuses = {NO_TOPOLOGY, UNKNOWN_RUN, UNKNOWN_ZONE, NOT_SHARDED, RESIDENCY})
    public RestResponse<RunJson> reverse(
            @RequestBody(ref = "Reversal") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Reassignment wanted = Documents.read(
                body,
                "a reversal",
                Set.of("run"),
                (asked, faults) -> new Reassignment.Reverse(
                        Documents.text(asked, "run", "an ended run such as \"mv-1\"", faults)));
        return start(wanted, options);
    }

    private RestResponse<RunJson> start(Reassignment wanted, ChangeOptions options) throws InterruptedException {
        return runs.start(new Command.Reassign(options.key(), clock.instant(), wanted, config.limits()), options);
    }

    private static Optional<Integer> load(JsonNode document, List<Problem.Fault> faults) {
        return document.path("rps").isMissingNode() || document.path("rps").isNull()
                ? Optional.empty()
                : Optional.of(Documents.whole(document, "rps", 1, Integer.MAX_VALUE, faults));
    }
}
