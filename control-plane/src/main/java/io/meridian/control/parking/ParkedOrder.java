package io.meridian.control.parking;

import io.meridian.control.orders.AgentOrder;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a person decided of the oldest change of a shard that waits in one region's store. Its agent does it, and only if that is still the oldest.
 *
 * @param region where it waits
 * @param group of the store
 * @param source region that the change came from
 * @param position of the oldest, as the agent tells it
 * @param reason of a skip; else empty
 * @param problem why it was not done; empty: it was, or is not known yet
 */
public record ParkedOrder(
        String id,
        RegionId region,
        String group,
        RegionId source,
        ShardId shard,
        String position,
        Action action,
        String by,
        String reason,
        Instant askedAt,
        Progress progress,
        String problem,
        Optional<Instant> endedAt)
        implements AgentOrder {
    public enum Action {
        /** Now, not when its turn comes. */
        RETRY,
        /** Never to take effect there. */
        SKIP
    }

    /** @param why empty: it was done */
    ParkedOrder ended(String why, Instant now) {
        return new ParkedOrder(
                id,
                region,
                group,
                source,
                shard,
                position,
                action,
                by,
                reason,
                askedAt,
                why.isEmpty() ? Progress.DONE : Progress.FAILED,
                why,
                Optional.of(now));
    }
}
