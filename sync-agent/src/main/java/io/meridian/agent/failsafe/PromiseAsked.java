package io.meridian.agent.failsafe;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * To open nothing on the ground that {@code region} is lost, for as long as it may write by this promise and what it admitted may commit.
 *
 * @param duration D, which the asker counts from before it asks
 * @param members all regions that the asker knows, its own among them: every other one has to promise
 * @param open its open fences
 */
public record PromiseAsked(
        RegionId region, String group, Duration duration, Set<RegionId> members, Map<ShardId, Epoch> open) {
    public PromiseAsked {
        members = Set.copyOf(members);
        open = Map.copyOf(open);
    }
}
