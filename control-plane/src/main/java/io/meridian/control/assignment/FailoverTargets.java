package io.meridian.control.assignment;

import io.meridian.control.assignment.planning.Assignment;
import io.meridian.control.assignment.planning.AssignmentPlanner;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Plan;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where the shards of a lost region go: as if it were evacuated, but only to those who may own now. */
public sealed interface FailoverTargets {
    /** One for each shard that was asked for. */
    record Found(SortedMap<ShardId, Plan.Target> targets, List<Plan.Why> whys) implements FailoverTargets {}

    record None(String why) implements FailoverTargets {}

    /** @param mayGo at least one: the regions that may own each shard now */
    static FailoverTargets of(
            ControlState state, Topology topology, RegionId lost, SortedMap<ShardId, SortedSet<RegionId>> mayGo) {
        var zones = new TreeSet<ZoneId>();
        topology.shardZones().stream()
                .filter(zone ->
                        zone.region().equals(lost) && mayGo.values().stream().noneMatch(to -> to.contains(lost)))
                .forEach(zone -> zones.add(zone.id()));
        return switch (AssignmentPlanner.plan(
                PlannerInput.failover(state, topology, zones, mayGo).forPlanner())) {
            case Assignment.Impossible impossible -> new None(impossible.why());
            case Assignment.Found found -> found(state, topology, found, mayGo);
        };
    }

    private static Found found(
            ControlState state,
            Topology topology,
            Assignment.Found found,
            SortedMap<ShardId, SortedSet<RegionId>> mayGo) {
        var targets = new TreeMap<ShardId, Plan.Target>();
        var whys = new ArrayList<Plan.Why>();
        // Who has a zone in a region that may own stays there: its last owner was on its way to or from it.
        mayGo.keySet().forEach(shard -> {
            Topology.Zone at = topology.zone(state.shard(shard).zone()).orElseThrow();
            targets.put(shard, new Plan.Target(at.id(), at.region()));
        });
        for (Assignment.Moves moves : found.moves()) {
            Topology.Zone to = topology.zone(moves.to()).orElseThrow();
            List<ShardId> shards = Arrays.stream(moves.shards())
                    .mapToObj(ShardId::of)
                    .filter(mayGo::containsKey)
                    .toList();
            shards.forEach(shard -> targets.put(shard, new Plan.Target(to.id(), to.region())));
            if (!shards.isEmpty()) {
                whys.add(new Plan.Why(moves.from(), moves.to(), ShardSet.write(shards), moves.why()));
            }
        }
        return new Found(targets, whys);
    }
}
