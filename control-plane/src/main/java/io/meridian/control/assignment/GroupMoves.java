package io.meridian.control.assignment;

import io.meridian.control.assignment.ReassignmentDecider.Wanted;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Blue and green: a percentage of a region's shards goes from the zones of one group to those of another. */
final class GroupMoves {
    private GroupMoves() {}

    static Wanted shift(ControlState state, Topology topology, Reassignment.Shift asked) {
        List<Topology.Zone> from = group(topology, asked, asked.from());
        List<Topology.Zone> to = group(topology, asked, asked.to());
        if (from.isEmpty() || to.isEmpty()) {
            boolean first = from.isEmpty();
            return Wanted.no(
                    ProblemType.UNKNOWN_GROUP,
                    first ? "/fromGroup" : "/toGroup",
                    "region " + asked.region() + " has no zone of group '" + (first ? asked.from() : asked.to()) + "'");
        }
        if (asked.from().equals(asked.to())) {
            return Wanted.no(ProblemType.INVALID_ARGUMENT, "/toGroup", "a shift goes from one group to another one");
        }
        if (asked.percent() < 0 || asked.percent() > 100) {
            return Wanted.no(ProblemType.INVALID_ARGUMENT, "/percent", "a share is 0 to 100 percent");
        }
        int before = count(state, to);
        int total = before + count(state, from);
        int after = (int) Math.round(total * asked.percent() / 100.0);
        String note = "group " + asked.to() + " has " + before + " of the " + total + " shards of both groups, and "
                + after + " afterwards";
        var placing = new Placing(state);
        if (after > before) {
            carry(state, placing, from, to, after - before, note);
        } else {
            carry(state, placing, to, from, before - after, note);
        }
        return placing.wanted(Plan.Verb.SHIFT, note);
    }

    private static List<Topology.Zone> group(Topology topology, Reassignment.Shift asked, String name) {
        return topology.shardZones().stream()
                .filter(zone ->
                        zone.region().equals(asked.region()) && zone.group().equals(Optional.of(name)))
                .toList();
    }

    private static int count(ControlState state, List<Topology.Zone> zones) {
        return zones.stream()
                .mapToInt(zone -> Placing.at(state, zone.id()).size())
                .sum();
    }

    /** Each giver gives of what it has, each taker takes by its weight; without weights they take alike. */
    private static void carry(
            ControlState state,
            Placing placing,
            List<Topology.Zone> givers,
            List<Topology.Zone> takers,
            int shards,
            String why) {
        if (shards == 0) {
            return;
        }
        int[] give = ShardAssignment.shares(
                givers.stream()
                        .mapToInt(zone -> Placing.at(state, zone.id()).size())
                        .toArray(),
                shards);
        var given = new ArrayList<ShardState>();
        for (int i = 0; i < give.length; i++) {
            List<ShardState> at = Placing.at(state, givers.get(i).id());
            given.addAll(at.subList(at.size() - give[i], at.size()));
        }
        boolean weighed = takers.stream().anyMatch(zone -> zone.weight() > 0);
        int[] take = ShardAssignment.shares(
                takers.stream().mapToInt(zone -> weighed ? zone.weight() : 1).toArray(), shards);
        int taken = 0;
        for (int i = 0; i < take.length; i++) {
            var byGiver = new LinkedHashMap<ZoneId, List<ShardState>>();
            for (ShardState shard : given.subList(taken, taken + take[i])) {
                byGiver.computeIfAbsent(shard.zone(), _ -> new ArrayList<>()).add(shard);
            }
            for (List<ShardState> some : byGiver.values()) {
                placing.move(some, takers.get(i), why);
            }
            taken += take[i];
        }
    }
}
