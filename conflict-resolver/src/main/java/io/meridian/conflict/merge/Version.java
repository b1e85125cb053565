package io.meridian.conflict.merge;

/**
 * When a change was made, by a hybrid logical clock, and where. All versions are different and in one order everywhere: a region gives each of its
 * changes of a row a higher one than the row had, and the region breaks ties.
 *
 * @param clock milliseconds since 1970 in the upper 48 bits, a counter in the lower 16
 */
public record Version(long clock, String region) implements Comparable<Version> {
    /** Before any change. */
    public static final Version NONE = new Version(0, "");

    private static final int COUNTER_BITS = 16;

    public static long clock(long millis) {
        return millis << COUNTER_BITS;
    }

    public long millis() {
        return clock >> COUNTER_BITS;
    }

    public boolean isAbove(Version other) {
        return compareTo(other) > 0;
    }

    static Version max(Version one, Version other) {
        return one.isAbove(other) ? one : other;
    }

    @Override
    public int compareTo(Version other) {
        int byClock = Long.compare(clock, other.clock);
        return byClock != 0 ? byClock : region.compareTo(other.region);
    }

    @Override
    public String toString() {
        return clock + "@" + region;
    }
}
