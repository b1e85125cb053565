package io.meridian.topology.ids;

import java.time.Instant;

/**
 * What a 64-bit id says: 0, 41 bits of milliseconds since 2025 (until September 2094), 10 bits of the number of who made it, 12 bits of count. Ids of one
 * maker ascend; ids of different ones are in the order of their clocks. {@code id-vectors.tsv} proves Java and SQL equal.
 *
 * @param millis since {@link #EPOCH}
 * @param number of a store: region number * 16 + place of its store group; or of another maker that has a number of its own
 * @param count within that millisecond
 */
public record RowId(long millis, int number, int count) {
    public static final Instant EPOCH = Instant.parse("2025-01-01T00:00:00Z");
    public static final int REGIONS = 64;
    /** Store groups that ids can tell apart. */
    public static final int GROUPS = 16;

    static final int COUNTS = 1 << 12;
    private static final int NUMBERS = REGIONS * GROUPS;
    private static final long MILLIS = 1L << 41;

    public RowId {
        if (millis < 0 || millis >= MILLIS || number < 0 || number >= NUMBERS || count < 0 || count >= COUNTS) {
            throw new IllegalStateException(
                    "no id has these parts: millis " + millis + ", number " + number + ", count " + count);
        }
    }

    /** @param id not below 0 */
    public static RowId of(long id) {
        return new RowId(id >>> 22, (int) (id >>> 12) & (NUMBERS - 1), (int) id & (COUNTS - 1));
    }

    public long id() {
        return millis << 22 | (long) number << 12 | count;
    }

    public Instant at() {
        return EPOCH.plusMillis(millis);
    }
}
