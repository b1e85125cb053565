package io.meridian.agent.failover;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;

/**
 * How far this store's copy of a shard has come, read in the transaction that froze it.
 *
 * @param head the last record applied; {@link Base.None}: nothing of it was ever applied here
 * @param closed the head is the CLOSE of its epoch
 * @param heartbeatMicros the lost region's time in its newest heartbeat applied here; 0: not known
 * @param problem not empty: this copy cannot be built on, and why
 */
public record GatherAnswer(
        String run, int attempt, ShardId shard, Base head, boolean closed, long heartbeatMicros, String problem) {}
