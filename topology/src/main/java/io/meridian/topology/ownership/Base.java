package io.meridian.topology.ownership;

import io.meridian.topology.RegionId;

/** What a grant builds on: the last record of the previous owned epoch that is history. The chain of bases is the shard's lineage. */
public sealed interface Base {
    /** The first grant of a shard builds on nothing. */
    record None() implements Base {}

    /**
     * After a clean close: where its CLOSE stands in {@code region}'s store.
     *
     * @param epoch the owned (odd) epoch that ended there
     */
    record At(RegionId region, Epoch epoch, Position position) implements Base {}
}
