package io.meridian.control.assignment;

import io.meridian.control.assignment.ReassignmentDecider.Wanted;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.MovePlanner;
import io.meridian.control.switching.Plan;
import io.meridian.topology.Problem;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Gathers moves whose targets are known, zone by zone, with a sentence for each way. */
final class Placing {
    private final ControlState state;
    private final SortedMap<ShardId, Plan.Target> targets = new TreeMap<>();
    private final List<Plan.Why> whys = new ArrayList<>();
    private Optional<Problem> refusal = Optional.empty();

    Placing(ControlState state) {
        this.state = state;
    }

    /** @param shards of one zone, none at {@code to} */
    void move(List<ShardState> shards, Topology.Zone to, String why) {
        if (shards.isEmpty()) {
            return;
        }
        if (refusal.isEmpty()) {
            refusal = MovePlanner.residency(state, shards, to);
        }
        var moved = new TreeSet<ShardId>();
        for (ShardState shard : shards) {
            moved.add(shard.shard());
            targets.put(shard.shard(), new Plan.Target(to.id(), to.region()));
        }
        whys.add(new Plan.Why(shards.getFirst().zone(), to.id(), ShardSet.write(moved), why));
    }

    /** @param note what there is to say of the whole; also when nothing has to move */
    Wanted wanted(Plan.Verb verb, String note) {
        return refusal.<Wanted>map(Wanted.No::new)
                .orElseGet(() -> new Wanted.Moves(targets, new Plan.Purpose(verb, whys, List.of(note))));
    }

    /** Ascending. */
    static List<ShardState> at(ControlState state, ZoneId zone) {
        return state.shards().stream()
                .filter(shard -> shard.zone().equals(zone))
                .toList();
    }
}
