package io.meridian.agent.capture;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the stream said so far: per shard the epoch of its last marker (odd: open; even: closed, the fence's epoch), per partition the last
 * record. Where capture stands again after a restart, so that what it sends twice is the same twice. Owned by one thread.
 */
public final class StreamState {
    private final Map<ShardId, Epoch> epochs;
    private final Map<Integer, Position> last;

    public StreamState(Map<ShardId, Epoch> epochs, Map<Integer, Position> last) {
        this.epochs = new HashMap<>(epochs);
        this.last = new HashMap<>(last);
    }

    Optional<Epoch> epoch(ShardId shard) {
        return Optional.ofNullable(epochs.get(shard));
    }

    Optional<Position> last(int partition) {
        return Optional.ofNullable(last.get(partition));
    }

    public void advance(GroupedTransaction transaction) {
        epochs.putAll(transaction.epochs());
        transaction
                .parts()
                .forEach((partition, parts) ->
                        last.put(partition, GroupedTransaction.part(transaction.position(), parts - 1)));
    }

    public Map<ShardId, Epoch> epochs() {
        return Map.copyOf(epochs);
    }

    public Map<Integer, Position> last() {
        return Map.copyOf(last);
    }
}
