package io.meridian.control.failover;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How much the lost region had that nobody else has, as far as it is known; never a guess.
 *
 * @param lastSeen when the region was heard last
 * @param heartbeat its time in its newest heartbeat at the survivor that has come furthest
 * @param millis between the two
 * @param records known at the source and not applied at that survivor
 * @param rows in them, reckoned
 */
public record Exposure(
        Optional<Instant> lastSeen,
        Optional<Instant> heartbeat,
        Optional<Long> millis,
        Optional<Long> records,
        Optional<Long> rows,
        List<OfStore> perRegion) {
    /** Of one survivor's store. */
    public record OfStore(
            String region,
            String group,
            Optional<Instant> heartbeat,
            Optional<Long> millis,
            Optional<Long> records,
            Optional<Long> rows) {}

    public Exposure {
        perRegion = List.copyOf(perRegion);
    }

    /** All that the region had is there. */
    Exposure nothing() {
        return new Exposure(lastSeen, heartbeat, Optional.of(0L), Optional.of(0L), Optional.of(0L), perRegion);
    }
}
