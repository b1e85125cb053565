package io.meridian.agent.parked;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;

/**
 * What a person decided of what waits of a shard.
 *
 * @param position of the oldest that waits, as it was shown to that person; any other is not touched
 */
public record ParkedOrder(String id, RegionId source, ShardId shard, String position, Action action) {
    public sealed interface Action {
        /** Never to take effect here. */
        record Skip(String by, String reason) implements Action {}

        /** Now, not when its turn comes. */
        record Retry() implements Action {}
    }
}
