package io.meridian.cli.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a region now; what is not known is null.
 *
 * @param data REJOINING of one that was lost and may not own anything yet, UNSEEDED of one that is new and has no copies of all; null: the node is of a version that knows no such thing
 * @param agent the only one; null where there are several store groups: then {@code agents} has them
 */
public record Region(
        String name,
        @Nullable String city,
        @Nullable Voter voter,
        @Nullable Agent agent,
        @Nullable List<Agent> agents,
        @Nullable Router router,
        List<Zone> zones,
        @Nullable String data,
        @Nullable Returning returning,
        @Nullable Integer unfit) {
    /** New beside others: it owns nothing before it has copies. */
    public boolean unseeded() {
        return "UNSEEDED".equals(data);
    }

    /** Shards whose copies it has not whole. */
    public int unfitShards() {
        return unfit == null ? 0 : unfit;
    }

    /** How far a region that was lost has come back: of {@code shards} that were taken from it. */
    public record Returning(
            int shards,
            int closed,
            int aligned,
            int settled,
            @Nullable String problem) {}

    public record Voter(@Nullable Boolean leader, @Nullable Boolean connected) {}

    /** One per store group; a single null where nothing is known. */
    public List<@Nullable Agent> eachAgent() {
        return agent == null && agents != null && !agents.isEmpty()
                ? new ArrayList<>(agents)
                : Collections.singletonList(agent);
    }

    public record Agent(
            @Nullable String group,
            @Nullable Boolean connected,
            @Nullable String problem,
            @Nullable Long leaseRemainingMillis,
            @Nullable Map<String, @Nullable Long> lagMillis,
            List<Stopped> stopped,
            @Nullable Slot slot) {}

    /** The replication slot of an agent. @param leftBytes null: the store never gives it up */
    public record Slot(
            String name,
            @Nullable String state,
            long retainedBytes,
            @Nullable Long leftBytes,
            @Nullable String pressure) {}

    /** A shard of which nothing more is applied here, and why. */
    public record Stopped(
            int shard, @Nullable String source, @Nullable String reason) {}

    public record Router(
            @Nullable Boolean connected, @Nullable Long holdRevision, List<Envoy> envoys) {}

    public record Envoy(
            String node,
            @Nullable Long ackedRevision,
            @Nullable String nack) {}

    /** @param kind null: the node is of a version that knows R zones only */
    public record Zone(String name, @Nullable String kind, int shards) {
        /** May have shards. */
        public boolean sharded() {
            return kind == null || kind.equals("R");
        }
    }
}
