package io.meridian.agent.record;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;

/** A fence change inside the change stream. */
public sealed interface Marker extends Entry {
    ShardId shard();

    /** The owned epoch that it opens or ends; it is itself a record of that epoch's history. */
    Epoch epoch();

    /**
     * Behind every write made under the old grant.
     *
     * @param fenceEpoch what the fence was raised to
     */
    record Close(ShardId shard, Epoch closes, Epoch fenceEpoch) implements Marker {
        @Override
        public Epoch epoch() {
            return closes;
        }
    }

    /** Before the first write of the epoch. */
    record Open(ShardId shard, Epoch epoch, Base base) implements Marker {}
}
