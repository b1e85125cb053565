package io.meridian.control.assignment;

import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import java.util.List;
import java.util.Optional;

/** What a person wants of the assignment, without naming shards. */
public sealed interface Reassignment {
    /**
     * Every zone has its share by weight.
     *
     * @param rps requests per second of all shards together, which capacities are measured against; empty: as the topology says
     */
    record Rebalance(Optional<Integer> rps) implements Reassignment {}

    /** These zones, and all zones of these regions, have no shard any more. */
    record Evacuate(List<ZoneId> zones, List<RegionId> regions, Optional<Integer> rps) implements Reassignment {
        public Evacuate {
            zones = List.copyOf(zones);
            regions = List.copyOf(regions);
        }
    }

    /** An elastic zone takes a share of a zone's shards for a while. */
    record PopOut(ZoneId from, ZoneId to, int percent) implements Reassignment {}

    /** What an elastic zone has goes back to where it was. */
    record PopIn(ZoneId zone) implements Reassignment {}

    /**
     * Blue and green: afterwards group {@code to} has {@code percent} of what both groups have in the region. A smaller number than now rolls
     * back.
     */
    record Shift(RegionId region, String from, String to, int percent) implements Reassignment {}

    /** What a run moved goes back to where it was, as far as it is still where the run brought it. */
    record Reverse(String run) implements Reassignment {}
}
