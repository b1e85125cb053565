package io.meridian.agent.capture;

import io.meridian.agent.record.Marker;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What remains to be known of a source transaction once its records were handed on.
 *
 * @param position of its records, but for the part
 * @param parts how many records each partition has of it; none when it concerns nobody else
 * @param markers in the log's order
 * @param epochs of the shards whose fence it changed, as {@link StreamState} keeps them
 */
public record GroupedTransaction(
        Position position, SortedMap<Integer, Integer> parts, List<Marker> markers, Map<ShardId, Epoch> epochs) {
    static Position part(Position position, int part) {
        return new Position(position.incarnation(), position.lsn(), part);
    }
}
