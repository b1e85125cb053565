package io.meridian.control.switching;

import io.meridian.topology.Limits;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Epoch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a run is going to do, fixed before it starts.
 *
 * @param hash of targets and shards with their epochs: two equal plans have one hash, a plan over a changed map another
 * @param to where every shard goes; empty when they go to several zones: then each move has its own target
 * @param toRegion the region of {@code to}
 * @param waves in the order in which they move
 */
public record Plan(
        String hash,
        Optional<ZoneId> to,
        Optional<RegionId> toRegion,
        List<Wave> waves,
        MoveLimits limits,
        Purpose purpose) {
    public Plan {
        waves = List.copyOf(waves);
        boolean common = to.isPresent();
        if (toRegion.isPresent() != common
                || waves.stream()
                        .flatMap(wave -> wave.moves().stream())
                        .anyMatch(move -> move.target().isPresent() == common)) {
            throw new IllegalStateException("plan " + hash + " has one target for all, or one for each move");
        }
    }

    /** What a run is for. */
    public enum Verb {
        MOVE,
        REBALANCE,
        EVACUATION,
        POP_OUT,
        POP_IN,
        SHIFT,
        REVERSAL,
        FAILOVER
    }

    /**
     * What a run is for, in words.
     *
     * @param whys of all moves together; none: a person named the shards
     * @param notes on the plan as a whole
     */
    public record Purpose(Verb verb, List<Why> whys, List<String> notes) {
        public Purpose {
            whys = List.copyOf(whys);
            notes = List.copyOf(notes);
        }

        public static Purpose none() {
            return new Purpose(Verb.MOVE, List.of(), List.of());
        }
    }

    /**
     * Why shards go one way.
     *
     * @param shards as people write them
     */
    public record Why(ZoneId from, ZoneId to, String shards, String sentence) {}

    /** Where a shard goes. */
    public record Target(ZoneId zone, RegionId region) {}

    /**
     * @param epoch the owned epoch that the plan was made on
     * @param target empty when the plan has one for all; ask {@link Plan#target}
     */
    public record ShardMove(ShardId shard, ZoneId from, RegionId fromRegion, Epoch epoch, Optional<Target> target) {}

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
     * @param rest between the end of a wave and the start of the next
     * @param lagRecords records behind at the target above which a move does not start
     * @param stopOnGuard a further wave whose gates stay closed ends the run; else it pauses itself
     * @param atOnce runs side by side; 0: any number
     */
    public record MoveLimits(
            Duration lag,
            Duration catchUp,
            int wave,
            Optional<Duration> rest,
            Optional<Long> lagRecords,
            boolean stopOnGuard,
            int atOnce) {
        public MoveLimits(Duration lag, Duration catchUp, int wave) {
            this(lag, catchUp, wave, Optional.empty(), Optional.empty(), false, 0);
        }

        /** These are as configured; what the topology declares goes before them, and what was asked before that. */
        public MoveLimits under(Limits declared, MoveOptions asked) {
            return new MoveLimits(
                    declared.lag().orElse(lag),
                    declared.catchUp().orElse(catchUp),
                    asked.wave().or(declared::wave).orElse(wave),
                    asked.rest().or(declared::wavePause).or(() -> rest),
                    declared.lagRows().map(Integer::longValue).or(() -> lagRecords),
                    asked.stopOnGuard() || stopOnGuard,
                    declared.movesAtOnce().orElse(atOnce));
        }
    }

    /** @param number counted from 1 */
    public Wave wave(int number) {
        return waves.get(number - 1);
    }

    /** Where {@code move}, one of this plan's, brings its shard. */
    public Target target(ShardMove move) {
        return move.target().orElseGet(() -> new Target(to.orElseThrow(), toRegion.orElseThrow()));
    }

    /** The same moves, some of them to other targets: each has its own then. The hash stays that of what was asked for. */
    public Plan retargeted(Map<ShardId, Target> others) {
        List<Wave> next = waves.stream()
                .map(wave -> new Wave(
                        wave.kind(),
                        wave.moves().stream()
                                .map(move -> new ShardMove(
                                        move.shard(),
                                        move.from(),
                                        move.fromRegion(),
                                        move.epoch(),
                                        Optional.of(others.getOrDefault(move.shard(), target(move)))))
                                .toList()))
                .toList();
        // Why they were to go elsewhere does not matter any more.
        var bare = new Purpose(purpose.verb(), List.of(), purpose.notes());
        return new Plan(hash, Optional.empty(), Optional.empty(), next, limits, bare);
    }

    /** All zones that shards go to. */
    public SortedSet<ZoneId> targets() {
        var zones = new TreeSet<ZoneId>();
        to.ifPresentOrElse(
                zones::add, () -> moves().forEach(move -> zones.add(target(move).zone())));
        return zones;
    }

    public Stream<ShardMove> moves() {
        return waves.stream().flatMap(wave -> wave.moves().stream());
    }

    public int shardCount() {
        return waves.stream().mapToInt(wave -> wave.moves().size()).sum();
    }
}
