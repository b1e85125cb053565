package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NO_TOPOLOGY;
import static io.meridian.topology.ProblemType.UNKNOWN_VERIFICATION;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.verify.Verification;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
                case Verification.Phase.Hashing _, Verification.Phase.Pausing _ -> "RUNNING";
                case Verification.Phase.Done _ -> "DONE";
                case Verification.Phase.Failed _ -> "FAILED";
            };
        }
    }

    record DifferenceJson(int shard, Map<String, HashJson> regions) {
        static DifferenceJson of(Verification.Difference difference) {
            var regions = new TreeMap<String, HashJson>();
            difference
                    .regions()
                    .forEach((region, hash) -> regions.put(region.name(), new HashJson(hash.rows(), hash.hash())));
            return new DifferenceJson(difference.shard().number(), regions);
        }
    }

    record HashJson(long rows, String hash) {}

    /** One at a time: while one is under way, it is the answer. */
    @POST
    @ApiOperation(value = "Compares the copies of all regions, shard by shard", done = 202, refuses = NO_TOPOLOGY)
    public RestResponse<VerificationJson> startVerification(@BeanParam ChangeOptions options)
            throws InterruptedException {
        Api.Came came = api.change(new Command.StartVerification(options.key(), clock.instant()), options);
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

    private static Verification find(ControlState state, String id) {
        return state.verification(id)
                .orElseThrow(() -> new RefusedException(UNKNOWN_VERIFICATION, "there is no verification '" + id + "'"));
    }
}
