package io.meridian.control.rest;

import static io.meridian.topology.ProblemType.NO_TOPOLOGY;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ownership.Ownership;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who owns what. */
@Path("/api/v1/shards")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "shards")
@RunOnVirtualThread
public class ShardResource {
    private final Api api;

    public ShardResource(Api api) {
        this.api = api;
    }

    /** @param region the owner, or the last one while the shard is withdrawn */
    record ShardJson(
            int shard,
            String region,
            String zone,
            long epoch,
            String state,
            @Nullable String frozenBy) {
        static ShardJson of(ShardState shard) {
            String state = switch (shard.ownership()) {
                case Ownership.Grant _ -> "OWNED";
                case Ownership.Withdrawal _ -> "WITHDRAWN";
            };
            return new ShardJson(
                    shard.shard().number(),
                    shard.region().name(),
                    shard.zone().name(),
                    shard.ownership().epoch().number(),
                    state,
                    shard.frozenBy().orElse(null));
        }
    }

    record ShardsJson(long revision, List<ShardJson> shards) {}

    @GET
    @ApiOperation("Who owns each shard")
    public ShardsJson listShards() throws InterruptedException {
        ControlState state = api.read();
        return new ShardsJson(
                state.revision().number(),
                state.shards().stream().map(ShardJson::of).toList());
    }

    @GET
    @Path("/where")
    @ApiOperation(value = "Whose shard a key is in", refuses = NO_TOPOLOGY)
    public ShardJson findShardOfKey(@QueryParam("key") @Nullable String key) throws InterruptedException {
        if (key == null) {
            throw new RefusedException(new Problem(
                    ProblemType.INVALID_ARGUMENT,
                    "which key? ask /api/v1/shards/where?key=alice",
                    Map.of(),
                    List.of(new Problem.Fault("", "the query parameter 'key' is missing"))));
        }
        ControlState state = api.read();
        return state.declared()
                .map(declared -> ShardJson.of(
                        state.shard(declared.topology().shardFunction().shardOf(key))))
                .orElseThrow(
                        () -> new RefusedException(NO_TOPOLOGY, "there is no topology yet, so no key has a shard"));
    }
}
