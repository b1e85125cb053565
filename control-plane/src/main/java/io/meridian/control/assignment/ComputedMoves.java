package io.meridian.control.assignment;

import io.meridian.control.assignment.ReassignmentDecider.Wanted;
import io.meridian.control.assignment.planning.Assignment;
import io.meridian.control.assignment.planning.AssignmentInput.Goal;
import io.meridian.control.assignment.planning.AssignmentPlanner;
import io.meridian.control.pinning.PinDecider;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Plan;
import io.meridian.control.topology.ShardZones;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Moves that {@link AssignmentPlanner} computes. */
final class ComputedMoves {
    private ComputedMoves() {}

    static Wanted rebalance(ControlState state, Topology topology, Reassignment.Rebalance asked) {
        return plan(
                PlannerInput.of(state, topology, new TreeSet<>(), Goal.BALANCE, load(topology, asked.rps())),
                topology,
                Plan.Verb.REBALANCE,
                "every zone has its share by weight",
                "/rps");
    }

    static Wanted evacuate(ControlState state, Topology topology, Reassignment.Evacuate asked) {
        SortedSet<ZoneId> empty = new TreeSet<>();
        for (ZoneId zone : asked.zones()) {
            Optional<Problem> refused = ShardZones.refused(topology, zone, "/zones");
            if (refused.isPresent()) {
                return new Wanted.No(refused.get());
            }
            List<String> pins = PinDecider.to(state, zone);
            if (!pins.isEmpty()) {
                return Wanted.no(
                        ProblemType.ZONE_PINNED,
                        "/zones",
                        "zone " + zone + " would go on serving the users of "
                                + (pins.size() == 1 ? "pin " : "pins ") + String.join(", ", pins)
                                + "; remove " + (pins.size() == 1 ? "it" : "them") + " first");
            }
            empty.add(zone);
        }
        for (RegionId region : asked.regions()) {
            if (topology.regions().stream().noneMatch(known -> known.id().equals(region))) {
                String regions = String.join(
                        ", ",
                        topology.regions().stream()
                                .map(known -> known.id().name())
                                .toList());
                return Wanted.no(
                        ProblemType.UNKNOWN_REGION,
                        "/regions",
                        "there is no region '" + region + "'; regions are " + regions);
            }
            topology.shardZones().stream()
                    .filter(zone -> zone.region().equals(region))
                    .forEach(zone -> empty.add(zone.id()));
        }
        if (empty.isEmpty()) {
            return Wanted.no(ProblemType.NOTHING_TO_MOVE, "/zones", "name a zone or a region with R zones to evacuate");
        }
        var input = PlannerInput.of(state, topology, empty, Goal.STAY, load(topology, asked.rps()));
        List<ShardId> under = input.underWay().stream()
                .filter(shard -> empty.contains(input.zoneOf(shard))
                        || empty.contains(state.shard(shard).zone()))
                .toList();
        if (!under.isEmpty()) {
            return Wanted.no(
                    ProblemType.MOVE_OVERLAPS,
                    "/zones",
                    "shards " + ShardSet.write(under)
                            + " are on their way from or to what is to be evacuated; wait until their runs have ended, or cancel"
                            + " them");
        }
        return plan(
                input,
                topology,
                Plan.Verb.EVACUATION,
                String.join(", ", empty.stream().map(ZoneId::name).toList()) + (empty.size() == 1 ? " has" : " have")
                        + " no shard",
                "/zones");
    }

    private static Optional<Integer> load(Topology topology, Optional<Integer> asked) {
        return asked.or(() -> topology.limits().rps());
    }

    private static Wanted plan(
            PlannerInput input, Topology topology, Plan.Verb verb, String afterwards, String pointer) {
        if (input.withoutLoad()) {
            return Wanted.no(ProblemType.INVALID_ARGUMENT, "/rps", "a load is 1 request per second or more");
        }
        return switch (AssignmentPlanner.plan(input.forPlanner())) {
            case Assignment.Impossible impossible ->
                Wanted.no(
                        ProblemType.NO_ROOM,
                        pointer,
                        impossible.why() + "; add zones or capacity, or change the topology's residency");
            case Assignment.Found found -> {
                var targets = new TreeMap<ShardId, Plan.Target>();
                var whys = new ArrayList<Plan.Why>();
                for (Assignment.Moves moves : found.moves()) {
                    Topology.Zone to = topology.zone(moves.to()).orElseThrow();
                    List<ShardId> shards =
                            Arrays.stream(moves.shards()).mapToObj(ShardId::of).toList();
                    shards.forEach(shard -> targets.put(shard, new Plan.Target(to.id(), to.region())));
                    whys.add(new Plan.Why(moves.from(), moves.to(), ShardSet.write(shards), moves.why()));
                }
                var notes = new ArrayList<String>();
                notes.add(targets.isEmpty() ? afterwards + " already" : "afterwards " + afterwards);
                Optional.of(input.note()).filter(note -> !note.isEmpty()).ifPresent(notes::add);
                yield new Wanted.Moves(targets, new Plan.Purpose(verb, whys, notes));
            }
        };
    }
}
