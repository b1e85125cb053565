package io.meridian.control.switching;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan.ShardMove;
import io.meridian.control.switching.Plan.Wave;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardSet;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes a plan of what was asked, or says why there is none. */
public final class MovePlanner {
    private MovePlanner() {}

    public static Answer start(ControlState state, Command.StartMove asked) {
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet; apply one, then move its shards");
        }
        Topology topology = state.declared().get().topology();
        var to = topology.zone(ZoneId.of(asked.to()));
        if (to.isEmpty()) {
            String zones =
                    topology.zones().stream().map(zone -> zone.id().name()).collect(Collectors.joining(", "));
            return no(ProblemType.UNKNOWN_ZONE, "/to", "there is no zone '" + asked.to() + "'; zones are " + zones);
        }
        return switch (ShardSet.read(asked.shards(), topology.shards())) {
            case ShardSet.Reading.Refused refused ->
                no(refused.why().type(), "/shards", refused.why().detail());
            case ShardSet.Reading.Read read -> plan(state, asked, to.get(), read.shards());
        };
    }

    private static Answer plan(
            ControlState state, Command.StartMove asked, Topology.Zone to, SortedSet<ShardId> shards) {
        SortedMap<String, List<ShardId>> overlaps = overlaps(state, shards);
        if (!overlaps.isEmpty()) {
            String which = overlaps.entrySet().stream()
                    .map(overlap -> "run " + overlap.getKey() + " has shards " + ShardSet.write(overlap.getValue()))
                    .collect(Collectors.joining("; "));
            return no(ProblemType.MOVE_OVERLAPS, "/shards", which + "; wait until it has ended, or cancel it");
        }
        List<ShardState> moving = shards.stream()
                .map(state::shard)
                .filter(shard -> !shard.zone().equals(to.id()))
                .toList();
        if (moving.isEmpty()) {
            return no(
                    ProblemType.NOTHING_TO_MOVE,
                    "/shards",
                    "all of shards " + ShardSet.write(shards) + " are at " + to.id());
        }
        String id = "mv-" + (state.runsMade() + 1);
        Run run = Run.planned(id, planOf(moving, to, asked), asked.now());
        return new Answer.Yes(List.of(new Event.RunPlanned(run)), id, List.of());
    }

    private static Plan planOf(List<ShardState> moving, Topology.Zone to, Command.StartMove asked) {
        var fenced = new ArrayList<ShardMove>();
        var placed = new ArrayList<ShardMove>();
        for (ShardState shard : moving) {
            var move = new ShardMove(
                    shard.shard(),
                    shard.zone(),
                    shard.region(),
                    shard.ownership().epoch());
            (shard.region().equals(to.region()) ? placed : fenced).add(move);
        }
        var waves = new ArrayList<Wave>();
        addWaves(waves, Wave.Kind.OWNERSHIP, fenced, asked.limits().wave());
        addWaves(waves, Wave.Kind.PLACEMENT, placed, asked.limits().wave());
        String text = waves.stream()
                .flatMap(wave -> wave.moves().stream())
                .map(move -> move.shard() + ":" + move.epoch() + ":" + move.from())
                .collect(Collectors.joining(",", to.id() + "<-", ""));
        return new Plan(Decider.sha256(text).substring(0, 16), to.id(), to.region(), waves, asked.limits());
    }

    private static void addWaves(List<Wave> waves, Wave.Kind kind, List<ShardMove> moves, int size) {
        for (int first = 0; first < moves.size(); first += size) {
            waves.add(new Wave(kind, moves.subList(first, Math.min(moves.size(), first + size))));
        }
    }

    private static SortedMap<String, List<ShardId>> overlaps(ControlState state, Collection<ShardId> shards) {
        var overlaps = new TreeMap<String, List<ShardId>>();
        for (Run run : state.activeRuns()) {
            List<ShardId> both = run.plan()
                    .moves()
                    .map(ShardMove::shard)
                    .filter(shards::contains)
                    .toList();
            if (!both.isEmpty()) {
                overlaps.put(run.id(), both);
            }
        }
        return overlaps;
    }

    private static Answer no(ProblemType type, String pointer, String detail) {
        return new Answer.No(new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail))));
    }
}
