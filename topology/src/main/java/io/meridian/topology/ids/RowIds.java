package io.meridian.topology.ids;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Makes ids in a process, without a database; never one twice, whatever the clock does and however often the process dies. Time never goes back in
 * them: while the clock is behind, they count on in the last millisecond and then in the next ones. Safe for use by many threads; costs a lock.
 */
public final class RowIds {
    /** So far ahead times are reserved, so that storage is asked once in that time and not for every id. */
    private static final long AHEAD_MILLIS = 1000;

    /** Where it stands how far ids may have been made; outlives the process. */
    public interface HighWater {
        /** Milliseconds since {@link RowId#EPOCH} that were stored last; -1: none ever were. */
        long load();

        /** Returns once it is durable. */
        void store(long millis);
    }

    /** The clock is further behind the ids made so far than they may run ahead of it. */
    public static final class ClockBehindException extends RuntimeException {
        ClockBehindException(Duration behind, Duration patience) {
            super("the clock is " + behind.toMillis() + " ms behind the ids that were made, and may be "
                    + patience.toMillis() + " ms: set it right, or wait");
        }
    }

    private final int number;
    private final Supplier<Instant> clock;
    private final Duration patience;
    private final HighWater highWater;

    private long reserved;
    private long millis;
    private int count = RowId.COUNTS;

    /**
     * @param number no other maker's, and no store's
     * @param patience how far ids may run ahead of the clock
     */
    public RowIds(int number, Supplier<Instant> clock, Duration patience, HighWater highWater) {
        this.number = number;
        this.clock = clock;
        this.patience = patience;
        this.highWater = highWater;
        // All that was reserved may have been used.
        this.reserved = highWater.load();
        this.millis = reserved;
    }

    /** @throws ClockBehindException nothing was made; asking again later may succeed */
    public synchronized long next() {
        long now = Duration.between(RowId.EPOCH, clock.get()).toMillis();
        boolean full = count >= RowId.COUNTS;
        long at = Math.max(full ? millis + 1 : millis, now);
        if (at - now > patience.toMillis()) {
            throw new ClockBehindException(Duration.ofMillis(at - now), patience);
        }
        if (at > reserved) {
            highWater.store(at + AHEAD_MILLIS);
            reserved = at + AHEAD_MILLIS;
        }
        if (at > millis) {
            millis = at;
            count = 0;
        }
        return new RowId(millis, number, count++).id();
    }
}
