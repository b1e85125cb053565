package io.meridian.conflict;

import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;

/** One entry of a record, as far as its shard's lineage is concerned. */
public sealed interface ShardEntry {
    /** @param epoch the shard's, by the stream's markers */
    record RowChange(Epoch epoch) implements ShardEntry {}

    /**
     * Behind every write of its epoch.
     *
     * @param closes the owned epoch
     * @param fenceEpoch what the fence was raised to
     */
    record Close(Epoch closes, Epoch fenceEpoch) implements ShardEntry {}

    /** Before the first write of its epoch. */
    record Open(Epoch epoch, Base base) implements ShardEntry {}
}
