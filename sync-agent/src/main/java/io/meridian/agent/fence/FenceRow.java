package io.meridian.agent.fence;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.Optional;

/**
 * A committed row of {@code meridian.fence}, with what is known of its markers.
 *
 * @param ownedEpoch the last epoch that this store owned; {@link Epoch#NEVER}: none
 * @param closedAt of CLOSE(ownedEpoch); empty until Kafka has acknowledged it
 * @param openedAt of OPEN(ownedEpoch), likewise
 */
public record FenceRow(
        ShardId shard,
        Epoch epoch,
        FenceState state,
        Epoch ownedEpoch,
        Optional<Position> closedAt,
        Optional<Position> openedAt) {
    public boolean open() {
        return state == FenceState.OPEN;
    }
}
