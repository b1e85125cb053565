package io.meridian.conflict.merge;

/**
 * A store's clock: never behind its own wall clock, never behind what it gave out, never behind what it saw of other regions, so that a change made
 * here after another one was seen has a higher version. {@code 055_multi_writer_table.sql} does the same in the store.
 *
 * <p>A version from too far in the future is merged as it is, since regions that changed or refused it would not agree; but it does not drag this
 * clock along by more than {@link #AHEAD_AT_MOST_MILLIS} beyond the wall clock. Otherwise one region's broken clock would become everybody's, for
 * good. A change of the very row is still above it, because it is above whatever the row has.
 *
 * @param last greatest clock given out or seen
 */
public record HybridClock(long last) {
    public static final long AHEAD_AT_MOST_MILLIS = 60_000;

    /** @return the clock that the next change has */
    public HybridClock tick(long wallMillis) {
        return new HybridClock(Math.max(Version.clock(wallMillis), last + 1));
    }

    /** The next change of a row that has {@code version}. */
    public HybridClock tickAbove(Version version, long wallMillis) {
        return new HybridClock(Math.max(tick(wallMillis).last, version.clock() + 1));
    }

    public HybridClock saw(Version version, long wallMillis) {
        long bound = Version.clock(wallMillis + AHEAD_AT_MOST_MILLIS);
        return new HybridClock(Math.max(last, Math.min(version.clock(), bound)));
    }
}
