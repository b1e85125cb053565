package io.meridian.topology.ownership;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;

/** What the control plane says of a shard: it is owned, or it was withdrawn and nobody owns it. */
public sealed interface Ownership {
    ShardId shard();

    Epoch epoch();

    /** {@code owner} may write the shard in {@code epoch} (odd), building on {@code base}. Immutable once committed. */
    record Grant(ShardId shard, Epoch epoch, RegionId owner, Base base) implements Ownership {
        public Grant {
            if (!epoch.owned()) {
                throw new IllegalStateException("shard " + shard + ": a grant has an odd epoch, not " + epoch);
            }
        }
    }

    /**
     * Between two owners: nobody may write.
     *
     * @param epoch even: one above the grant that was withdrawn
     * @param withdrawn the grant that ended; its base is used again when it was never opened
     * @param run the move or failover that withdrew it
     */
    record Withdrawal(ShardId shard, Epoch epoch, Grant withdrawn, String run) implements Ownership {
        public Withdrawal {
            if (!epoch.equals(withdrawn.epoch().next()) || !shard.equals(withdrawn.shard())) {
                throw new IllegalStateException("shard " + shard + " at " + epoch + " cannot withdraw " + withdrawn);
            }
        }
    }
}
