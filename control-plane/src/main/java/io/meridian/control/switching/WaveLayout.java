package io.meridian.control.switching;

import io.meridian.control.command.Decider;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan.ShardMove;
import io.meridian.control.switching.Plan.Target;
import io.meridian.control.switching.Plan.Wave;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Lays moves out in waves: first those that are fenced, then those that only change routing; inside, in ascending order of shards. */
final class WaveLayout {
    private WaveLayout() {}

    /**
     * @param present index = shard number
     * @param targets at least one; none where its shard is already
     */
    static Plan plan(
            List<ShardState> present,
            SortedMap<ShardId, Target> targets,
            Plan.MoveLimits limits,
            Plan.Purpose purpose) {
        var different = new LinkedHashSet<>(targets.values());
        Optional<Target> common = different.size() == 1 ? Optional.of(different.getFirst()) : Optional.empty();
        var fenced = new ArrayList<ShardMove>();
        var placed = new ArrayList<ShardMove>();
        targets.forEach((id, target) -> {
            ShardState shard = present.get(id.number());
            var move = new ShardMove(
                    id,
                    shard.zone(),
                    shard.region(),
                    shard.ownership().epoch(),
                    common.isPresent() ? Optional.empty() : Optional.of(target));
            (shard.region().equals(target.region()) ? placed : fenced).add(move);
        });
        var waves = new ArrayList<Wave>();
        addWaves(waves, Wave.Kind.OWNERSHIP, fenced, limits.wave());
        addWaves(waves, Wave.Kind.PLACEMENT, placed, limits.wave());
        return new Plan(
                hash(common, waves), common.map(Target::zone), common.map(Target::region), waves, limits, purpose);
    }

    private static void addWaves(List<Wave> waves, Wave.Kind kind, List<ShardMove> moves, int size) {
        for (int first = 0; first < moves.size(); first += size) {
            waves.add(new Wave(kind, moves.subList(first, Math.min(moves.size(), first + size))));
        }
    }

    private static String hash(Optional<Target> common, List<Wave> waves) {
        String text = waves.stream()
                .flatMap(wave -> wave.moves().stream())
                .map(move -> move.shard() + ":" + move.epoch() + ":" + move.from()
                        + move.target().map(own -> ">" + own.zone()).orElse(""))
                .collect(Collectors.joining(
                        ",", common.map(target -> target.zone().name()).orElse("") + "<-", ""));
        return Decider.sha256(text).substring(0, 16);
    }
}
