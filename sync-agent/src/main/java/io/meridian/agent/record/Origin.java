package io.meridian.agent.record;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Position;

/**
 * Names one change of a source's log for ever, wherever it is met again.
 *
 * @param position of its record, with the part
 * @param index among that record's row changes of the shard, from 0: the same in the record and in the shard's share of it
 */
public record Origin(RegionId source, Position position, ShardId shard, int index) {}
