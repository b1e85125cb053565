package io.meridian.control.rest;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.verify.Verification;
import io.meridian.topology.ProblemType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
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
import org.jspecify.annotations.Nullable;

/** Are all regions' copies equal? */
@Path("/api/v1/verifications")
@Produces(MediaType.APPLICATION_JSON)
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

    @POST
    @Consumes(MediaType.WILDCARD)
    public Response start(@HeaderParam("Idempotency-Key") @Nullable String key) throws InterruptedException {
        String id = api.commit(new Command.StartVerification(Api.keyOr(key), clock.instant()))
                .receipt()
                .subject();
        return Response.created(URI.create("/api/v1/verifications/" + id))
                .entity(VerificationJson.of(find(api.local(), id)))
                .build();
    }

    @GET
    @Path("/{id}")
    public VerificationJson get(@PathParam("id") String id) throws InterruptedException {
        return VerificationJson.of(find(api.read(), id));
    }

    private static Verification find(ControlState state, String id) {
        return state.verification(id)
                .orElseThrow(() -> new RefusedException(
                        ProblemType.UNKNOWN_VERIFICATION, "there is no verification '" + id + "'"));
    }
}
