package io.meridian.control.assignment;

import io.meridian.control.assignment.ReassignmentDecider.Wanted;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan;
import io.meridian.control.topology.ShardZones;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.Residency;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Elastic zones take a share of a zone's shards for a while, and give it back. */
final class ElasticMoves {
    private ElasticMoves() {}

    static Wanted popOut(ControlState state, Topology topology, Reassignment.PopOut asked) {
        Optional<Problem> refused = ShardZones.refused(topology, asked.from(), "/from")
                .or(() -> ShardZones.refused(topology, asked.to(), "/to"));
        if (refused.isPresent()) {
            return new Wanted.No(refused.get());
        }
        Optional<Topology.Zone> from = topology.zone(asked.from());
        Optional<Topology.Zone> to = topology.zone(asked.to());
        if (!to.orElseThrow().elastic() || from.orElseThrow().elastic()) {
            return Wanted.no(
                    ProblemType.NOT_ELASTIC,
                    to.get().elastic() ? "/from" : "/to",
                    "shards are popped out of a zone to an elastic one, and "
                            + (to.get().elastic()
                                    ? asked.from() + " is elastic itself"
                                    : asked.to() + " is not elastic; declare it so, or use a move"));
        }
        if (asked.percent() < 1 || asked.percent() > 100) {
            return Wanted.no(ProblemType.INVALID_ARGUMENT, "/percent", "a share is 1 to 100 percent");
        }
        List<ShardState> at = Placing.at(state, asked.from());
        int share = (int) Math.ceil(at.size() * asked.percent() / 100.0);
        Map<ShardId, Residency> bound = topology.residencies();
        List<ShardState> may = at.stream()
                .filter(shard -> bound.get(shard.shard()) == null
                        || bound.get(shard.shard()).regions().contains(to.get().region()))
                .toList();
        if (may.size() < share) {
            return Wanted.no(
                    ProblemType.RESIDENCY,
                    "/to",
                    asked.percent() + " % of " + asked.from() + " are " + share + " shards, and only " + may.size()
                            + " of its shards may live in " + to.get().region());
        }
        var placing = new Placing(state);
        placing.move(
                may.subList(may.size() - share, may.size()),
                to.get(),
                asked.to() + " takes " + asked.percent() + " % of " + asked.from()
                        + "'s shards until they are popped in");
        return placing.wanted(
                Plan.Verb.POP_OUT, asked.from() + " has " + at.size() + " shards, " + share + " go to " + asked.to());
    }

    static Wanted popIn(ControlState state, Topology topology, Reassignment.PopIn asked) {
        Optional<Problem> refused = ShardZones.refused(topology, asked.zone(), "/zone");
        if (refused.isPresent()) {
            return new Wanted.No(refused.get());
        }
        var byHome = new TreeMap<ZoneId, List<ShardState>>();
        state.assignments().homes().forEach((shard, home) -> {
            if (state.shard(shard).zone().equals(asked.zone())) {
                byHome.computeIfAbsent(home, _ -> new ArrayList<>()).add(state.shard(shard));
            }
        });
        var placing = new Placing(state);
        for (var entry : byHome.entrySet()) {
            Optional<Topology.Zone> home = topology.zone(entry.getKey()).filter(Topology.Zone::sharded);
            if (home.isEmpty()) {
                return Wanted.no(
                        ProblemType.UNKNOWN_ZONE,
                        "/zone",
                        entry.getValue().size() + " shards came from zone " + entry.getKey()
                                + ", which is no R zone of the topology any more; evacuate " + asked.zone()
                                + " instead");
            }
            placing.move(entry.getValue(), home.get(), "they were popped out of " + entry.getKey());
        }
        return placing.wanted(
                Plan.Verb.POP_IN,
                byHome.isEmpty()
                        ? "nothing was popped out to " + asked.zone()
                        : "what was popped out to " + asked.zone() + " goes home");
    }
}
