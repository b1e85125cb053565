package io.meridian.control.assignment;

import io.meridian.control.assignment.ReassignmentDecider.Wanted;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Takes back what a run did. */
final class Reversal {
    private Reversal() {}

    private record Way(ZoneId from, ZoneId to) {}

    static Wanted of(ControlState state, Topology topology, Reassignment.Reverse asked) {
        Optional<Run> found = state.run(asked.run());
        if (found.isEmpty()) {
            return Wanted.no(ProblemType.UNKNOWN_RUN, "/run", "there is no run '" + asked.run() + "'");
        }
        Run run = found.get();
        if (!run.ended()) {
            return Wanted.no(
                    ProblemType.MOVE_OVERLAPS,
                    "/run",
                    "run " + run.id() + " has not ended; cancel it, then take back what it has moved");
        }
        var back = new TreeMap<Way, List<ShardState>>(
                Comparator.comparing(Way::from).thenComparing(Way::to));
        run.plan().moves().forEach(move -> {
            ShardState shard = state.shard(move.shard());
            if (shard.zone().equals(run.plan().target(move).zone())) {
                back.computeIfAbsent(new Way(shard.zone(), move.from()), _ -> new ArrayList<>())
                        .add(shard);
            }
        });
        var placing = new Placing(state);
        for (var entry : back.entrySet()) {
            Optional<Topology.Zone> home = topology.zone(entry.getKey().to()).filter(Topology.Zone::sharded);
            if (home.isEmpty()) {
                return Wanted.no(
                        ProblemType.UNKNOWN_ZONE,
                        "/run",
                        "run " + run.id() + " moved shards from zone "
                                + entry.getKey().to() + ", which is no R zone of the topology any more");
            }
            placing.move(
                    entry.getValue(),
                    home.get(),
                    run.id() + " brought them from " + entry.getKey().to());
        }
        return placing.wanted(
                Plan.Verb.REVERSAL,
                back.isEmpty()
                        ? "no shard is where run " + run.id() + " brought it"
                        : "what run " + run.id() + " moved goes back");
    }
}
