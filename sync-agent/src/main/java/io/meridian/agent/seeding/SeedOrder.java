package io.meridian.agent.seeding;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;

/**
 * Copy this shard anew. Asked of both sides until it is over.
 *
 * @param epoch the owner's; in any other nothing is told
 * @param prepared the target is: whatever is told from now on will be seen there
 */
public record SeedOrder(
        String id, int attempt, ShardId shard, RegionId target, RegionId owner, Epoch epoch, boolean prepared) {}
