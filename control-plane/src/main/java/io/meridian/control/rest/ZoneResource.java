package io.meridian.control.rest;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What each zone has, beside what it should have: to compare groups, and to see who is full. */
@Path("/api/v1/zones")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "shards")
@RunOnVirtualThread
public class ZoneResource {
    private final Api api;

    public ZoneResource(Api api) {
        this.api = api;
    }

    /**
     * @param kind {@code R}, {@code G} or {@code C}: only R zones have shards
     * @param weight share of the shards; of a C zone, of its region's reads
     * @param capacity requests per second; null: not declared
     * @param poppedOut how many of its shards are at elastic zones now
     */
    record ZoneJson(
            String name,
            String region,
            String kind,
            @Nullable String group,
            int weight,
            @Nullable Integer capacity,
            boolean elastic,
            long shards,
            long poppedOut) {}

    @GET
    @ApiOperation("What each zone has, beside what it should have")
    public List<ZoneJson> listZones() throws InterruptedException {
        ControlState state = api.read();
        Map<ZoneId, Long> shards =
                state.shards().stream().collect(Collectors.groupingBy(ShardState::zone, Collectors.counting()));
        Map<ZoneId, Long> away = state.assignments().homes().values().stream()
                .collect(Collectors.groupingBy(home -> home, Collectors.counting()));
        return state.declared().stream()
                .flatMap(declared -> declared.topology().zones().stream())
                .map(zone -> json(zone, shards.getOrDefault(zone.id(), 0L), away.getOrDefault(zone.id(), 0L)))
                .toList();
    }

    private static ZoneJson json(Topology.Zone zone, long shards, long poppedOut) {
        return new ZoneJson(
                zone.id().name(),
                zone.region().name(),
                zone.kind().name(),
                zone.group().orElse(null),
                zone.weight(),
                zone.capacity().isPresent() ? (Integer) zone.capacity().getAsInt() : null,
                zone.elastic(),
                shards,
                poppedOut);
    }
}
