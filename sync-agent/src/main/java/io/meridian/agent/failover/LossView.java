package io.meridian.agent.failover;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.util.Optional;

/** What the control plane wants now, as far as lost regions go. Safe for any thread. */
public interface LossView {
    /** Of a store that no control plane speaks to. */
    LossView NONE = new LossView() {
        @Override
        public LossOrders orders() {
            return LossOrders.NONE;
        }

        @Override
        public Optional<Ownership> ownership(ShardId shard) {
            return Optional.empty();
        }
    };

    LossOrders orders();

    Optional<Ownership> ownership(ShardId shard);
}
