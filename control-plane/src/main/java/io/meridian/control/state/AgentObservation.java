package io.meridian.control.state;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sync agent as its node last reported it: rarely, so the numbers may be some seconds old.
 *
 * @param session of its stream
 * @param problem empty when well
 * @param lagMillis per source region: age of the newest heartbeat applied; a source without one is left out
 */
public record AgentObservation(
        RegionId region,
        String group,
        String session,
        String node,
        boolean connected,
        boolean healthKnown,
        boolean capturing,
        boolean applying,
        String problem,
        long leaseRemainingMillis,
        SortedMap<RegionId, Long> lagMillis,
        List<Stopped> stopped,
        long beats) {
    /** A shard that applies nothing more, and why. */
    public record Stopped(ShardId shard, RegionId source, String reason) {}

    public AgentObservation {
        lagMillis = java.util.Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Long>) lagMillis));
        stopped = List.copyOf(stopped);
    }

    public String key() {
        return region + "/" + group;
    }

    AgentObservation beat(long number) {
        return with(connected, number);
    }

    AgentObservation lapsed() {
        return with(false, beats);
    }

    private AgentObservation with(boolean nowConnected, long number) {
        return new AgentObservation(
                region,
                group,
                session,
                node,
                nowConnected,
                healthKnown,
                capturing,
                applying,
                problem,
                leaseRemainingMillis,
                lagMillis,
                stopped,
                number);
    }
}
