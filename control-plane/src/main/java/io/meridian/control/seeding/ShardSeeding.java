package io.meridian.control.seeding;

import io.meridian.control.repair.Repair.RowKey;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.util.List;

/**
 * One shard of a seeding that is not whole yet.
 *
 * @param owner who tells it in this attempt; of one that has not begun: who owned it when that was looked at last. So {@code epoch}
 * @param attempt 0: none yet; every attempt has a number of its own
 * @param left how many more attempts there may be
 * @param told rows, as the owner says
 * @param taken rows, as the region that takes them says
 * @param expected rows, as the owner guesses; 0: not known
 * @param missed rows that the region could not take; they are told once more
 * @param repair that tells them; empty: none yet
 * @param problem of the last attempt that failed; empty: none did
 */
public record ShardSeeding(
        ShardId shard,
        RegionId owner,
        Epoch epoch,
        Phase phase,
        int attempt,
        int left,
        long told,
        long taken,
        long expected,
        List<RowKey> missed,
        String repair,
        String problem) {
    public enum Phase {
        WAITING,
        /** An attempt failed; the next one begins in a moment. */
        RESTING,
        /** The region makes ready to see whatever is told. */
        PREPARING,
        PREPARED,
        TELLING,
        /** By the owner, to the end. */
        TOLD,
        /** The region has taken all of it; whether it is equal is not known yet. */
        COPIED,
        FAILED;

        /** Both sides have to do with it. */
        public boolean active() {
            return this == PREPARING || this == PREPARED || this == TELLING || this == TOLD;
        }
    }

    public ShardSeeding {
        missed = List.copyOf(missed);
    }

    static ShardSeeding waiting(ShardId shard, RegionId owner, Epoch epoch) {
        return new ShardSeeding(
                shard, owner, epoch, Phase.WAITING, 0, SeedingSteps.ATTEMPTS, 0, 0, 0, List.of(), "", "");
    }

    public boolean active() {
        return phase.active();
    }

    ShardSeeding begun(RegionId by, Epoch in) {
        return new ShardSeeding(shard, by, in, Phase.PREPARING, attempt + 1, left - 1, 0, 0, 0, List.of(), "", problem);
    }

    ShardSeeding in(Phase next) {
        return new ShardSeeding(
                shard, owner, epoch, next, attempt, left, told, taken, expected, missed, repair, problem);
    }

    /** Nothing of it counts any more, but for what it was for. */
    ShardSeeding failed(String why) {
        Phase next = left > 0 ? Phase.RESTING : Phase.FAILED;
        return new ShardSeeding(shard, owner, epoch, next, attempt, left, 0, 0, 0, List.of(), "", why);
    }

    /** For good, as far as this seeding goes. */
    ShardSeeding givenUp(String why) {
        return new ShardSeeding(shard, owner, epoch, Phase.FAILED, attempt, 0, 0, 0, 0, List.of(), "", why);
    }

    /** From the beginning; what was copied already stays. */
    ShardSeeding anew() {
        return phase == Phase.COPIED
                ? this
                : new ShardSeeding(
                        shard,
                        owner,
                        epoch,
                        Phase.WAITING,
                        attempt,
                        SeedingSteps.ATTEMPTS,
                        0,
                        0,
                        0,
                        List.of(),
                        "",
                        problem);
    }

    ShardSeeding toldSoFar(long rows, long all) {
        return new ShardSeeding(shard, owner, epoch, phase, attempt, left, rows, taken, all, missed, repair, problem);
    }

    ShardSeeding takenSoFar(long rows, List<RowKey> keys) {
        return new ShardSeeding(shard, owner, epoch, phase, attempt, left, told, rows, expected, keys, repair, problem);
    }

    ShardSeeding repairedBy(String id) {
        return new ShardSeeding(shard, owner, epoch, phase, attempt, left, told, taken, expected, missed, id, problem);
    }
}
