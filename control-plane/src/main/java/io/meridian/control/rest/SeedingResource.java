package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.LIMIT_REACHED;
import static io.meridian.topology.ProblemType.MOVE_OVERLAPS;
import static io.meridian.topology.ProblemType.NOTHING_TO_SEED;
import static io.meridian.topology.ProblemType.NOT_SEEDABLE;
import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.SEEDING_ENDED;
import static io.meridian.topology.ProblemType.SEEDING_RUNS;
import static io.meridian.topology.ProblemType.SHARD_OUT_OF_RANGE;
import static io.meridian.topology.ProblemType.UNKNOWN_REGION;
import static io.meridian.topology.ProblemType.UNKNOWN_SEEDING;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.command.Command;
import io.meridian.control.seeding.Seeding;
import io.meridian.control.seeding.ShardSeeding;
import io.meridian.control.state.ControlState;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardSet;
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
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Shards that a region gets anew from their owners. */
@Path("/api/v1/seedings")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "seedings")
@RunOnVirtualThread
public class SeedingResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public SeedingResource(Api api) {
        this.api = api;
    }

    /**
     * @param region that gets them
     * @param state {@code RUNNING}, {@code PAUSED}, {@code DONE}, {@code CANCELLED} or {@code FAILED}: some shards could not be copied
     * @param shards how many it is of
     * @param left those that are not whole yet
     * @param counts of all shards
     * @param rows taken by now
     * @param underWay those with an attempt behind or before them: copied now, resting after one that failed, or given up
     * @param verification that compares the copies, or did last; so {@code repair}
     * @param problem why the copies are not known to be equal yet
     */
    record SeedingJson(
            String id,
            String region,
            String state,
            int shards,
            String left,
            SeedingCountsJson counts,
            long rows,
            List<ShardSeedingJson> underWay,
            @Nullable String verification,
            @Nullable String repair,
            @Nullable String problem,
            Instant startedAt,
            @Nullable Instant endedAt,
            String by,
            @Nullable String why) {
        static SeedingJson of(Seeding seeding) {
            return new SeedingJson(
                    seeding.id(),
                    seeding.region().name(),
                    seeding.state().name(),
                    seeding.all(),
                    ShardSet.write(
                            seeding.shards().stream().map(ShardSeeding::shard).toList()),
                    SeedingCountsJson.of(seeding),
                    seeding.wholeRows()
                            + seeding.shards().stream()
                                    .mapToLong(ShardSeeding::taken)
                                    .sum(),
                    seeding.shards().stream()
                            .filter(shard -> shard.attempt() > 0 && shard.phase() != ShardSeeding.Phase.COPIED)
                            .map(ShardSeedingJson::of)
                            .toList(),
                    text(seeding.check().verification()),
                    text(seeding.check().repair()),
                    text(seeding.check().problem()),
                    seeding.startedAt(),
                    seeding.endedAt().orElse(null),
                    seeding.by(),
                    text(seeding.why()));
        }
    }

    private static @Nullable String text(String some) {
        return some.isEmpty() ? null : some;
    }

    /** @param copied but not known to be equal yet @param whole known to be equal */
    record SeedingCountsJson(long waiting, long copying, long copied, long whole, long failed) {
        static SeedingCountsJson of(Seeding seeding) {
            return new SeedingCountsJson(
                    seeding.shards().stream()
                            .filter(shard -> shard.phase() == ShardSeeding.Phase.WAITING
                                    || shard.phase() == ShardSeeding.Phase.RESTING)
                            .count(),
                    seeding.active().count(),
                    seeding.in(ShardSeeding.Phase.COPIED).size(),
                    seeding.whole(),
                    seeding.in(ShardSeeding.Phase.FAILED).size());
        }
    }

    /**
     * @param owner who tells it, in {@code epoch}
     * @param state {@code WAITING}, {@code RESTING}, {@code PREPARING}, {@code PREPARED}, {@code TELLING}, {@code TOLD} or {@code FAILED}
     * @param told rows, by the owner
     * @param taken rows, by the region
     * @param expected rows, a guess; null: not known
     * @param missed rows that are told once more
     * @param problem of the attempt that failed last; null: none did
     */
    record ShardSeedingJson(
            int shard,
            String owner,
            long epoch,
            int attempt,
            String state,
            long told,
            long taken,
            @Nullable Long expected,
            int missed,
            @Nullable String problem) {
        static ShardSeedingJson of(ShardSeeding shard) {
            return new ShardSeedingJson(
                    shard.shard().number(),
                    shard.owner().name(),
                    shard.epoch().number(),
                    shard.attempt(),
                    shard.phase().name(),
                    shard.told(),
                    shard.taken(),
                    shard.expected() == 0 ? null : shard.expected(),
                    shard.missed().size(),
                    text(shard.problem()));
        }
    }

    record SeedingsJson(List<SeedingJson> seedings) {}

    private record Wish(String region, String shards, String why) {}

    @GET
    @ApiOperation("Seedings that are not over, and the newest twenty that are, the newest first")
    public SeedingsJson listSeedings() throws InterruptedException {
        return new SeedingsJson(api.read().seedings().all().reversed().stream()
                .map(SeedingJson::of)
                .toList());
    }

    @POST
    @ApiOperation(
            value = "Lets a region get shards anew from their owners, while they are written",
            done = 202,
            refuses = {
                NO_TOPOLOGY,
                UNKNOWN_REGION,
                SHARD_OUT_OF_RANGE,
                NOT_SEEDABLE,
                NOTHING_TO_SEED,
                MOVE_OVERLAPS,
                SEEDING_RUNS,
                LIMIT_REACHED
            })
    public RestResponse<SeedingJson> startSeeding(
            @RequestBody(ref = "Seeding") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Wish wish = Documents.read(
                body,
                "a seeding is {\"region\":\"west\",\"shards\":\"1-5\",\"why\":\"its disk was lost\"}, the last two of which may be left out",
                Set.of("region", "shards", "why"),
                SeedingResource::read);
        return follow(
                new Command.StartSeeding(
                        options.key(), clock.instant(), RegionId.of(wish.region()), wish.shards(), wish.why()),
                options);
    }

    @GET
    @Path("/{id}")
    @ApiOperation(value = "A seeding and how far it is", refuses = UNKNOWN_SEEDING)
    public SeedingJson getSeeding(@PathParam("id") String id) throws InterruptedException {
        return SeedingJson.of(find(api.read(), id));
    }

    @POST
    @Path("/{id}/pause")
    @ApiOperation(
            value = "Begins no further shard of a seeding; those under way go on to their end",
            refuses = {UNKNOWN_SEEDING, SEEDING_ENDED})
    public SeedingJson pauseSeeding(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        return handle(new Command.PauseSeeding(options.key(), clock.instant(), id), options);
    }

    @POST
    @Path("/{id}/resume")
    @ApiOperation(
            value = "Lets a paused seeding go on",
            refuses = {UNKNOWN_SEEDING, SEEDING_ENDED})
    public SeedingJson resumeSeeding(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        return handle(new Command.ResumeSeeding(options.key(), clock.instant(), id), options);
    }

    @POST
    @Path("/{id}/cancel")
    @ApiOperation(
            value = "Ends a seeding where it is; copies that were begun and are not whole stay unfit to own",
            refuses = {UNKNOWN_SEEDING, SEEDING_ENDED})
    public SeedingJson cancelSeeding(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        return handle(new Command.CancelSeeding(options.key(), clock.instant(), id), options);
    }

    @POST
    @Path("/{id}/retry")
    @ApiOperation(
            value = "Lets an ended seeding do what it left undone",
            done = 202,
            refuses = {
                UNKNOWN_SEEDING,
                UNKNOWN_REGION,
                NOT_SEEDABLE,
                NOTHING_TO_SEED,
                MOVE_OVERLAPS,
                SEEDING_RUNS,
                LIMIT_REACHED
            })
    public RestResponse<SeedingJson> retrySeeding(@PathParam("id") String id, @BeanParam ChangeOptions options)
            throws InterruptedException {
        return follow(new Command.RetrySeeding(options.key(), clock.instant(), id), options);
    }

    private RestResponse<SeedingJson> follow(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        SeedingJson seeding = handle(command, options);
        return options.dry()
                ? RestResponse.ok(seeding)
                : RestResponse.ResponseBuilder.<SeedingJson>create(Response.Status.ACCEPTED, seeding)
                        .location(URI.create("/api/v1/seedings/" + seeding.id()))
                        .build();
    }

    private SeedingJson handle(Command.Keyed command, ChangeOptions options) throws InterruptedException {
        Api.Came came = api.change(command, options);
        return SeedingJson.of(find(came.then(), came.receipt().subject()));
    }

    private static Seeding find(ControlState state, String id) {
        return state.seedings()
                .find(id)
                .orElseThrow(() ->
                        new RefusedException(UNKNOWN_SEEDING, "there is no seeding '" + id + "'; the newest are kept"));
    }

    private static Wish read(JsonNode document, List<Problem.Fault> faults) {
        return new Wish(
                Documents.text(document, "region", "a region such as \"west\"", faults),
                document.has("shards") ? Documents.text(document, "shards", "shards such as \"1-5\"", faults) : "",
                document.has("why") ? Documents.text(document, "why", "why, for whoever looks later", faults) : "");
    }
}
