package io.meridian.agent.parked;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;

/**
 * What waits of a shard from one source.
 *
 * @param waiting BARRIER or REFUSED: why the oldest waits
 * @param position of the oldest
 * @param sinceMicros of the oldest, by the store's clock, microseconds since 1970
 * @param waitingMillis since then, by the same clock
 * @param records in all
 */
public record ParkedShard(
        RegionId source,
        ShardId shard,
        String waiting,
        String position,
        Epoch epoch,
        String reason,
        long sinceMicros,
        long waitingMillis,
        long records,
        long bytes) {}
