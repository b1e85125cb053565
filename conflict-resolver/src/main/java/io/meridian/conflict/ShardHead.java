package io.meridian.conflict;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;

/** The last record of a shard that took effect in this region, in order: applied from another region, or its own as captured. */
public sealed interface ShardHead {
    /** The shard has no history here yet. */
    record None() implements ShardHead {}

    /**
     * @param epoch owned (odd)
     * @param region whose store {@code position} is in: the owner in {@code epoch}
     * @param closed the record was the CLOSE of the epoch
     */
    record At(Epoch epoch, RegionId region, Position position, boolean closed) implements ShardHead {}
}
