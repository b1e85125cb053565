package io.meridian.agent.fence;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;

/**
 * A committed row of {@code meridian.head}: the last record of the shard that was applied here in order.
 *
 * @param region whose store the record is from
 * @param closed it is the CLOSE of {@code epoch}
 */
public record ShardHead(ShardId shard, Epoch epoch, RegionId region, Position position, boolean closed) {
    /** Everything up to {@code close} is in this store. */
    public boolean isAt(Base.At close) {
        return closed && isExactly(close);
    }

    /** The last record that is in is this one. */
    public boolean isExactly(Base.At base) {
        return epoch.equals(base.epoch()) && region.equals(base.region()) && position.equals(base.position());
    }
}
