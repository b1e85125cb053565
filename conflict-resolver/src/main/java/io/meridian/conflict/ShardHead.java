package io.meridian.conflict;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;

/** The last record of a shard that took effect in this region, in order: applied from another region, or its own as captured. */
public sealed interface ShardHead {
    /** Nothing of the shard was passed over here: what follows may take effect. */
    sealed interface Whole extends ShardHead {}

    /** The shard has no history here yet. */
    record None() implements Whole {}

    /**
     * @param epoch owned (odd)
     * @param region whose store {@code position} is in: the owner in {@code epoch}
     * @param closed the record was the CLOSE of the epoch
     */
    record At(Epoch epoch, RegionId region, Position position, boolean closed) implements Whole {}

    /**
     * The shard was stopped here, so entries behind {@code last} were passed over. What lies up to {@code last} is in; nothing takes effect behind it
     * until the shard is seeded anew from its owner: the next entry of the same epoch would look like history and hide what is missing.
     */
    record Broken(At last) implements ShardHead {}
}
