package io.meridian.control.switching;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Epoch;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run is going to do, fixed before it starts.
 *
 * @param hash of target and shards with their epochs: two equal plans have one hash, a plan over a changed map another
 * @param waves in the order in which they move
 */
public record Plan(String hash, ZoneId to, RegionId toRegion, List<Wave> waves, MoveLimits limits) {
    public Plan {
        waves = List.copyOf(waves);
    }

    /** @param epoch the owned epoch that the plan was made on */
    public record ShardMove(ShardId shard, ZoneId from, RegionId fromRegion, Epoch epoch) {}

    /** Shards that move together. */
    public record Wave(Kind kind, List<ShardMove> moves) {
        public enum Kind {
            /** From one region to another: fenced. */
            OWNERSHIP,
            /** Between zones of one region: routing only. */
            PLACEMENT
        }

        public Wave {
            moves = List.copyOf(moves);
        }

        public List<ShardId> shards() {
            return moves.stream().map(ShardMove::shard).toList();
        }
    }

    /**
     * @param lag replication lag at the target above which a move does not start
     * @param catchUp how long the target may take to apply the last writes before the move turns back
     * @param wave shards of one wave
     */
    public record MoveLimits(Duration lag, Duration catchUp, int wave) {}

    /** @param number counted from 1 */
    public Wave wave(int number) {
        return waves.get(number - 1);
    }

    public Stream<ShardMove> moves() {
        return waves.stream().flatMap(wave -> wave.moves().stream());
    }

    public int shardCount() {
        return waves.stream().mapToInt(wave -> wave.moves().size()).sum();
    }
}
