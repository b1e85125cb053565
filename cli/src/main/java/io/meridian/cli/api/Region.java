package io.meridian.cli.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a region now; what is not known is null. */
public record Region(
        String name,
        @Nullable String city,
        @Nullable Voter voter,
        @Nullable Agent agent,
        @Nullable Router router,
        List<Zone> zones) {
    public record Voter(@Nullable Boolean leader, @Nullable Boolean connected) {}

    public record Agent(
            @Nullable Boolean connected,
            @Nullable String problem,
            @Nullable Long leaseRemainingMillis,
            @Nullable Map<String, @Nullable Long> lagMillis,
            List<Stopped> stopped) {}

    /** A shard of which nothing more is applied here, and why. */
    public record Stopped(
            int shard, @Nullable String source, @Nullable String reason) {}

    public record Router(
            @Nullable Boolean connected, @Nullable Long holdRevision, List<Envoy> envoys) {}

    public record Envoy(
            String node,
            @Nullable Long ackedRevision,
            @Nullable String nack) {}

    public record Zone(String name, int shards) {}
}
