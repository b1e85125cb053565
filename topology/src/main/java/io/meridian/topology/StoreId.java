package io.meridian.topology;

import java.util.Comparator;

/**
 * One region's store of a group, as a text {@code east/main}.
 *
 * @param group empty: the only one there is, as a text {@code east}
 */
public record StoreId(RegionId region, String group) implements Comparable<StoreId> {
    private static final Comparator<StoreId> ORDER =
            Comparator.comparing(StoreId::region).thenComparing(StoreId::group);

    /** What {@link #toString} wrote. */
    public static StoreId of(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new StoreId(RegionId.of(text), "")
                : new StoreId(RegionId.of(text.substring(0, slash)), text.substring(slash + 1));
    }

    /** In words, for sentences that people read. */
    public String inWords() {
        return group.isEmpty() ? "region " + region : "region " + region + ", store group " + group;
    }

    @Override
    public int compareTo(StoreId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return group.isEmpty() ? region.name() : region + "/" + group;
    }
}
