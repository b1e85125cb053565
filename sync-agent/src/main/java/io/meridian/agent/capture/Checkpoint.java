package io.meridian.agent.capture;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.Map;

/** Where capture begins again: all of it together, or none. @param confirmedLsn everything up to it is in Kafka, its markers in the store */
public record Checkpoint(
        String incarnation, long confirmedLsn, Map<ShardId, Epoch> epochs, Map<Integer, Position> last) {}
