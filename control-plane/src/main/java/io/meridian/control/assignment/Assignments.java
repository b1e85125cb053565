package io.meridian.control.assignment;

import io.meridian.control.pinning.Pin;
import io.meridian.control.state.ControlState;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is remembered of assignments beyond where each shard is.
 *
 * @param homes of the shards that are at an elastic zone: where they were before, and go when they are popped in
 * @param pins by name
 */
public record Assignments(SortedMap<ShardId, ZoneId> homes, List<Pin> pins) {
    public Assignments {
        homes = Collections.unmodifiableSortedMap(new TreeMap<>((Map<ShardId, ZoneId>) homes));
        pins = List.copyOf(pins);
    }

    public static Assignments none() {
        return new Assignments(new TreeMap<>(), List.of());
    }

    /**
     * {@code shards} come to {@code zone}. From one elastic zone to another a shard keeps its home.
     *
     * @param before where they are in it still
     */
    public Assignments placed(ControlState before, ZoneId zone, List<ShardId> shards) {
        boolean elastic = elastic(before, zone);
        if (!elastic && homes.isEmpty()) {
            return this;
        }
        var next = new TreeMap<>((Map<ShardId, ZoneId>) homes);
        for (ShardId shard : shards) {
            ZoneId from = before.shard(shard).zone();
            if (!elastic) {
                next.remove(shard);
            } else if (!elastic(before, from)) {
                next.put(shard, from);
            }
        }
        return new Assignments(next, pins);
    }

    public Assignments pinned(List<Pin> now) {
        return new Assignments(homes, now);
    }

    private static boolean elastic(ControlState state, ZoneId zone) {
        return state.declared()
                .flatMap(declared -> declared.topology().zone(zone))
                .filter(Topology.Zone::elastic)
                .isPresent();
    }
}
