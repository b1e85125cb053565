package io.meridian.agent.capture;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.Map;

/**
 * Where capture begins again: all of it together, or none.
 *
 * @param timeline of the primary that was read last; 0: the one that the incarnation names
 * @param confirmedLsn everything up to it is in Kafka, its markers in the store
 */
public record Checkpoint(
        String incarnation, int timeline, long confirmedLsn, Map<ShardId, Epoch> epochs, Map<Integer, Position> last) {

    /** Of the timeline that the incarnation names. */
    public Checkpoint(String incarnation, long confirmedLsn, Map<ShardId, Epoch> epochs, Map<Integer, Position> last) {
        this(incarnation, 0, confirmedLsn, epochs, last);
    }

    Checkpoint on(int newTimeline) {
        return new Checkpoint(incarnation, newTimeline, confirmedLsn, epochs, last);
    }
}
