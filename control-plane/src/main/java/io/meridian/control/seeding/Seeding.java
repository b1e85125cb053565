package io.meridian.control.seeding;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Shards that one region gets anew, each from its owner.
 *
 * @param region that gets them
 * @param why as a person said; may be empty
 * @param shards that are not whole yet, ascending; those that are, are only counted
 * @param whole how many are
 * @param wholeRows of those
 * @param check compares the copies
 */
public record Seeding(
        String id,
        RegionId region,
        Instant startedAt,
        String by,
        String why,
        State state,
        List<ShardSeeding> shards,
        int whole,
        long wholeRows,
        Check check,
        Optional<Instant> endedAt) {
    public enum State {
        RUNNING,
        /** No further attempt begins; those under way go on to their end. */
        PAUSED,
        DONE,
        CANCELLED,
        /** Some shards could not be copied. */
        FAILED;

        public boolean ended() {
            return this == DONE || this == CANCELLED || this == FAILED;
        }
    }

    /**
     * How the copies are compared, once all are there.
     *
     * @param verification that compares them now, or did last; empty: none yet
     * @param repair of what it found; empty: none
     * @param unequal how often they were found so
     * @param problem why they are not known to be equal yet; empty: nothing is known against it
     */
    public record Check(String verification, String repair, int unequal, String problem) {
        public static Check none() {
            return new Check("", "", 0, "");
        }

        Check by(String id) {
            return new Check(id, "", unequal, "");
        }

        Check repairedBy(String id) {
            return new Check(verification, id, unequal, "");
        }

        Check again() {
            return new Check("", "", unequal, "");
        }

        Check notMade(String what) {
            return new Check(verification, "", unequal, what);
        }

        Check found(String what) {
            return new Check(verification, "", unequal + 1, what);
        }
    }

    public Seeding {
        shards = List.copyOf(shards);
    }

    public boolean running() {
        return !state.ended();
    }

    /** How many it is, or was, of. */
    public int all() {
        return whole + shards.size();
    }

    public Stream<ShardSeeding> active() {
        return running() ? shards.stream().filter(ShardSeeding::active) : Stream.empty();
    }

    public Optional<ShardSeeding> shard(ShardId shard) {
        return shards.stream().filter(each -> each.shard().equals(shard)).findFirst();
    }

    public List<ShardId> in(ShardSeeding.Phase phase) {
        return shards.stream()
                .filter(shard -> shard.phase() == phase)
                .map(ShardSeeding::shard)
                .toList();
    }

    Seeding with(Map<ShardId, ShardSeeding> changed) {
        return each(shard -> changed.getOrDefault(shard.shard(), shard));
    }

    Seeding each(UnaryOperator<ShardSeeding> change) {
        return of(state, shards.stream().map(change).toList(), check, endedAt);
    }

    Seeding checked(Check next) {
        return of(state, shards, next, endedAt);
    }

    /** Their copies were found equal. */
    Seeding wholeNow(Collection<ShardId> equal) {
        Set<ShardId> done = Set.copyOf(equal);
        long rows = shards.stream()
                .filter(shard -> done.contains(shard.shard()))
                .mapToLong(ShardSeeding::taken)
                .sum();
        return new Seeding(
                id,
                region,
                startedAt,
                by,
                why,
                state,
                shards.stream().filter(shard -> !done.contains(shard.shard())).toList(),
                whole + done.size(),
                wholeRows + rows,
                check,
                endedAt);
    }

    Seeding in(State next) {
        return of(next, shards, check, endedAt);
    }

    Seeding ended(State how, Instant now) {
        return of(how, shards, check, Optional.of(now));
    }

    /** What it left undone. */
    Seeding retried() {
        return of(State.RUNNING, shards.stream().map(ShardSeeding::anew).toList(), Check.none(), Optional.empty());
    }

    private Seeding of(State next, List<ShardSeeding> those, Check how, Optional<Instant> end) {
        return new Seeding(id, region, startedAt, by, why, next, those, whole, wholeRows, how, end);
    }
}
