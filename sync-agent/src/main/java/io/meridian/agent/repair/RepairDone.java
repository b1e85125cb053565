package io.meridian.agent.repair;

import io.meridian.topology.ShardId;

/**
 * What became of an order.
 *
 * @param rows told as they are
 * @param absent told as not there
 * @param problem why the rest was not told; empty: all was
 */
public record RepairDone(String id, ShardId shard, long rows, long absent, String problem) {}
