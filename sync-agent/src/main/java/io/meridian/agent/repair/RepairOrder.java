package io.meridian.agent.repair;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.util.List;

/**
 * Tell these rows of a shard once more.
 *
 * @param epoch in which this store owns the shard; in any other nothing is told
 * @param keys empty: all rows that are here, of {@code tables}
 * @param tables schema.table; empty: all sharded ones
 */
public record RepairOrder(String id, ShardId shard, Epoch epoch, List<Key> keys, List<String> tables) {
    /** @param key JSON object: columns of the primary key by name, to their values as text */
    public record Key(String table, String key) {}
}
