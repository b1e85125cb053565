package io.meridian.agent.capture;

import io.meridian.agent.record.Marker;
import io.meridian.agent.record.SourceRecord;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Map;

/**
 * A source transaction as it travels.
 *
 * @param records at most one per partition, ascending; none when it concerns nobody else
 * @param markers in the log's order
 * @param epochs of the shards whose fence it changed, as {@link StreamState} keeps them
 */
public record GroupedTransaction(
        Position position, List<SourceRecord> records, List<Marker> markers, Map<ShardId, Epoch> epochs) {}
