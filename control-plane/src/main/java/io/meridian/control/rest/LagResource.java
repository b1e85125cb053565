package io.meridian.control.rest;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * How far each region's copies are behind. Of agents that are attached to another node this one knows what is at most five seconds old, and of those that
 * nobody hears what they said last.
 */
@Path("/api/v1/lag")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "shards")
@RunOnVirtualThread
public class LagResource {
    private final Api api;

    public LagResource(Api api) {
        this.api = api;
    }

    /** @param links one per store and source region @param shards the worst of each store, worst first */
    record LagJson(List<LinkLagJson> links, List<ShardLagJson> shards) {}

    /**
     * @param connected whether some node hears the target's agent; else this is what it said last
     * @param millis age of the newest heartbeat applied, of the partition where it is oldest; null: not known
     * @param records known to exist at the source and not applied
     * @param rows row changes in those records, and {@code bytes} their size before compression, both reckoned from the records that came last
     */
    record LinkLagJson(
            String source,
            String target,
            String group,
            boolean connected,
            @Nullable Long millis,
            @Nullable Long records,
            @Nullable Long rows,
            @Nullable Long bytes) {}

    /**
     * @param millis since when nothing more of it is known to be in
     * @param kind {@code BEHIND} (with its partition), {@code WAITING} (by itself) or {@code STOPPED} (until a person looks)
     * @param reason null: it is behind with its partition
     */
    record ShardLagJson(
            int shard,
            String source,
            String target,
            String group,
            long millis,
            String kind,
            @Nullable String reason) {}

    @GET
    @ApiOperation("How far each region's copies are behind, per link, and which shards are furthest behind")
    public LagJson getLag() throws InterruptedException {
        ControlState state = api.read();
        return new LagJson(
                state.declared().stream()
                        .flatMap(declared -> links(state, declared.topology()))
                        .toList(),
                state.agents().values().stream()
                        .flatMap(LagResource::shards)
                        .sorted(Comparator.comparingLong(ShardLagJson::millis).reversed())
                        .toList());
    }

    private static Stream<LinkLagJson> links(ControlState state, Topology topology) {
        return topology.regions().stream()
                .flatMap(target -> topology.storeGroups().stream()
                        .flatMap(group -> state.agentOf(target.id(), group.name()).stream())
                        .flatMap(agent -> topology.regions().stream()
                                .map(Topology.Region::id)
                                .filter(source -> !source.equals(target.id()))
                                .map(source -> link(agent, source))));
    }

    private static LinkLagJson link(AgentObservation agent, RegionId source) {
        Optional<AgentObservation.Behind> behind =
                Optional.ofNullable(agent.flow().behind().get(source));
        return new LinkLagJson(
                source.name(),
                agent.region().name(),
                agent.group(),
                agent.connected(),
                agent.lagMillis().get(source),
                agent.measures().recordsBehind().get(source),
                behind.flatMap(AgentObservation.Behind::rows).orElse(null),
                behind.flatMap(AgentObservation.Behind::bytes).orElse(null));
    }

    private static Stream<ShardLagJson> shards(AgentObservation agent) {
        return agent.flow().shards().stream()
                .map(lag -> new ShardLagJson(
                        lag.shard().number(),
                        lag.source().name(),
                        agent.region().name(),
                        agent.group(),
                        lag.millis(),
                        lag.kind().name(),
                        lag.reason().isEmpty() ? null : lag.reason()));
    }
}
