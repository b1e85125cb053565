package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.SHARD_OUT_OF_RANGE;
import static io.meridian.topology.ProblemType.UNKNOWN_TABLE;
import static io.meridian.topology.ProblemType.UNKNOWN_VERIFICATION;
import static io.meridian.topology.ProblemType.VERIFICATION_RUNS;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.verify.Scope;
import io.meridian.control.verify.Verification;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Are all regions' copies equal? */
@Path("/api/v1/verifications")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Tag(name = "verifications")
@RunOnVirtualThread
public class VerificationResource {
    private final Api api;
    private final Clock clock = Clock.systemUTC();

    public VerificationResource(Api api) {
        this.api = api;
    }

    /** @param equal null while it is not known */
    record VerificationJson(
            String id,
            String state,
            @Nullable Boolean equal,
            int shards,
            long rows,
            List<DifferenceJson> differences,
            @Nullable String problem) {
        static VerificationJson of(Verification verification) {
            boolean done = verification.phase() instanceof Verification.Phase.Done;
            return new VerificationJson(
                    verification.id(),
                    state(verification.phase()),
                    done ? verification.differences().isEmpty() : null,
                    verification.shards(),
                    verification.rows(),
                    verification.differences().stream().map(DifferenceJson::of).toList(),
                    verification.problem().isEmpty() ? null : verification.problem());
        }

        private static String state(Verification.Phase phase) {
            return switch (phase) {
                case Verification.Phase.Asking _, Verification.Phase.Pausing _ -> "RUNNING";
                case Verification.Phase.Done _ -> "DONE";
                case Verification.Phase.Failed _ -> "FAILED";
            };
        }
    }

    /** @param rows that differ; null: its rows were not compared @param moreRows there may be more than {@code rows} has */
    record DifferenceJson(
            int shard,
            Map<String, HashJson> regions,
            @Nullable List<RowDifferenceJson> rows,
            boolean moreRows) {
        static DifferenceJson of(Verification.Difference difference) {
            var regions = new TreeMap<String, HashJson>();
            difference
                    .regions()
                    .forEach((region, hash) -> regions.put(region.name(), new HashJson(hash.rows(), hash.hash())));
            return new DifferenceJson(
                    difference.shard().number(),
                    regions,
                    difference.rowsKnown()
                            ? difference.rows().stream()
                                    .map(row -> RowDifferenceJson.of(
                                            row, difference.regions().keySet()))
                                    .toList()
                            : null,
                    difference.moreRows());
        }
    }

    /** @param key columns of the primary key, values as text @param regions hash of the row; null: it is not there */
    record RowDifferenceJson(String table, Map<String, String> key, Map<String, @Nullable String> regions) {
        static RowDifferenceJson of(Verification.RowDifference row, Collection<RegionId> all) {
            var regions = new TreeMap<String, @Nullable String>();
            all.forEach(region -> regions.put(region.name(), row.hashes().get(region)));
            return new RowDifferenceJson(row.table(), Documents.texts(row.key()), regions);
        }
    }

    record HashJson(long rows, String hash) {}

    /** One at a time: while one is under way, it is the answer to whoever asks for the same. */
    @POST
    @ApiOperation(
            value = "Compares the copies of all regions, shard by shard, and row by row where it is asked for",
            done = 202,
            refuses = {NO_TOPOLOGY, SHARD_OUT_OF_RANGE, UNKNOWN_TABLE, VERIFICATION_RUNS})
    public RestResponse<VerificationJson> startVerification(
            @RequestBody(ref = "Verify") @Nullable String body, @BeanParam ChangeOptions options)
            throws InterruptedException {
        Scope asked = Documents.read(
                body == null || body.isBlank() ? "{}" : body,
                "a verification is {\"shards\":\"0-31,77\",\"tables\":[\"public.account\"],\"rows\":true}, each of which may be left out",
                Set.of("shards", "tables", "rows"),
                VerificationResource::scope);
        Api.Came came = api.change(
                new Command.StartVerification(
                        options.key(), clock.instant(), asked.shards(), asked.tables(), asked.rows()),
                options);
        var verification = VerificationJson.of(find(came.then(), came.receipt().subject()));
        return options.dry()
                ? RestResponse.ok(verification)
                : RestResponse.ResponseBuilder.<VerificationJson>create(Response.Status.ACCEPTED, verification)
                        .location(URI.create("/api/v1/verifications/" + verification.id()))
                        .build();
    }

    @GET
    @Path("/{id}")
    @ApiOperation(value = "A comparison of all copies; the newest are kept", refuses = UNKNOWN_VERIFICATION)
    public VerificationJson getVerification(@PathParam("id") String id) throws InterruptedException {
        return VerificationJson.of(find(api.read(), id));
    }

    private static Scope scope(JsonNode document, List<Problem.Fault> faults) {
        String shards =
                document.has("shards") ? Documents.text(document, "shards", "shards such as \"0-31,77\"", faults) : "";
        JsonNode rows = document.path("rows");
        if (!rows.isMissingNode() && !rows.isBoolean()) {
            faults.add(new Problem.Fault("/rows", "true or false"));
        }
        return new Scope(shards, Documents.someTexts(document, "tables", faults), rows.asBoolean());
    }

    private static Verification find(ControlState state, String id) {
        return state.verification(id)
                .orElseThrow(() -> new RefusedException(UNKNOWN_VERIFICATION, "there is no verification '" + id + "'"));
    }
}
