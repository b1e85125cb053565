package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.NOTHING_TO_REPAIR;
import static io.meridian.topology.ProblemType.NOT_REPAIRABLE;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.REPAIR_RUNS;
import static io.meridian.topology.ProblemType.SHARD_OUT_OF_RANGE;
import static io.meridian.topology.ProblemType.UNKNOWN_REPAIR;
import static io.meridian.topology.ProblemType.UNKNOWN_TABLE;
import static io.meridian.topology.ProblemType.UNKNOWN_VERIFICATION;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.command.Command;
import io.meridian.control.repair.Repair;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Rows that their owners write once more, so that every copy has them as the owner has. */
@Path("/api/v1/repairs")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "repairs")
@RunOnVirtualThread
public class RepairResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public RepairResource(Api api) {
        this.api = api;
    }

    /**
     * @param state {@code RUNNING}, {@code DONE} or {@code FAILED}: some shard has a problem
     * @param verification whose rows are written; null: whole shards are
     * @param tables of whole shards; empty: all
     * @param left what differs, or may, and is not repaired
     */
    record RepairJson(
            String id,
            String state,
            @Nullable String verification,
            List<String> tables,
            List<ShardRepairJson> shards,
            List<LeftJson> left,
            Instant startedAt,
            @Nullable Instant endedAt,
            String by) {
        static RepairJson of(Repair repair) {
            return new RepairJson(
                    repair.id(),
                    repair.state().name(),
                    repair.verification().isEmpty() ? null : repair.verification(),
                    repair.tables(),
                    repair.shards().stream().map(ShardRepairJson::of).toList(),
                    repair.left().stream()
                            .map(left -> new LeftJson(left.shard().number(), left.why()))
                            .toList(),
                    repair.startedAt(),
                    repair.endedAt().orElse(null),
                    repair.by());
        }
    }

    /**
     * @param epoch in which the owner writes it; in another one it is not written
     * @param asked rows by table; null: all that the owner has
     * @param missing how many of these the owner did not have when they were compared: told as deleted, if that is still so
     * @param rows written once more; null: not reported yet
     * @param absent told as deleted, because the owner has them not; null: not reported yet
     */
    record ShardRepairJson(
            int shard,
            String owner,
            long epoch,
            @Nullable Map<String, Integer> asked,
            int missing,
            @Nullable Long rows,
            @Nullable Long absent,
            @Nullable String problem) {
        static ShardRepairJson of(Repair.ShardRepair shard) {
            return new ShardRepairJson(
                    shard.shard().number(),
                    shard.owner().name(),
                    shard.epoch().number(),
                    shard.whole() ? null : shard.asked(),
                    shard.missing(),
                    shard.outcome().map(Repair.Outcome::rows).orElse(null),
                    shard.outcome().map(Repair.Outcome::absent).orElse(null),
                    shard.outcome()
                            .map(Repair.Outcome::problem)
                            .filter(problem -> !problem.isEmpty())
                            .orElse(null));
        }
    }

    record LeftJson(int shard, String why) {}

    record RepairsJson(List<RepairJson> repairs) {}

    private record Wish(String verification, String shards, List<String> tables) {}

    @GET
    @ApiOperation("The newest twenty repairs, the newest first")
    public RepairsJson listRepairs() throws InterruptedException {
        return new RepairsJson(api.read().repairs().all().reversed().stream()
                .map(RepairJson::of)
                .toList());
    }

    @POST
    @ApiOperation(
            value = "Lets owners write rows once more, so that every copy has them as the owner has",
            done = 202,
            refuses = {
                NO_TOPOLOGY,
                SHARD_OUT_OF_RANGE,
                UNKNOWN_TABLE,
                UNKNOWN_VERIFICATION,
                NOT_REPAIRABLE,
                NOTHING_TO_REPAIR,
                REPAIR_RUNS,
                LIMIT_REACHED
            })
    public RestResponse<RepairJson> startRepair(
            @RequestBody(ref = "Repair") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Wish wish = Documents.read(
                body,
                "a repair is {\"verification\":\"vf-3\"} or {\"shards\":\"17\"}, either with \"tables\":[\"public.account\"]",
                Set.of("verification", "shards", "tables"),
                RepairResource::read);
        Api.Came came = api.change(
                new Command.StartRepair(
                        options.key(), clock.instant(), wish.verification(), wish.shards(), wish.tables()),
                options);
        var repair = RepairJson.of(find(came.then(), came.receipt().subject()));
        return options.dry()
                ? RestResponse.ok(repair)
                : RestResponse.ResponseBuilder.<RepairJson>create(Response.Status.ACCEPTED, repair)
                        .location(URI.create("/api/v1/repairs/" + repair.id()))
                        .build();
    }

    @GET
    @Path("/{id}")
    @ApiOperation(value = "A repair, shard by shard; the newest are kept", refuses = UNKNOWN_REPAIR)
    public RepairJson getRepair(@PathParam("id") String id) throws InterruptedException {
        return RepairJson.of(find(api.read(), id));
    }

    private static Repair find(ControlState state, String id) {
        return state.repairs()
                .find(id)
                .orElseThrow(() -> new RefusedException(UNKNOWN_REPAIR, "there is no repair '" + id + "'"));
    }

    private static Wish read(JsonNode document, List<Problem.Fault> faults) {
        boolean rows = document.has("verification");
        if (rows == document.has("shards")) {
            faults.add(new Problem.Fault("/verification", "either \"verification\" or \"shards\""));
        }
        return new Wish(
                rows ? Documents.text(document, "verification", "a verification such as \"vf-3\"", faults) : "",
                document.has("shards") ? Documents.text(document, "shards", "shards such as \"17\"", faults) : "",
                Documents.someTexts(document, "tables", faults));
    }
}
