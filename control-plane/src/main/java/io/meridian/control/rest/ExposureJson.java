package io.meridian.control.rest;

import io.meridian.control.failover.Exposure;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much a lost region had that nobody else has; what is not known is null.
 *
 * @param lastSeen when the region was heard last
 * @param heartbeat its time in its newest heartbeat, at the survivor that has come furthest
 * @param seconds between the two
 * @param records known at the source and not applied at that survivor
 * @param rows in them, reckoned
 */
record ExposureJson(
        @Nullable Instant lastSeen,
        @Nullable Instant heartbeat,
        @Nullable Double seconds,
        @Nullable Long records,
        @Nullable Long rows,
        List<ExposedStoreJson> perRegion) {
    /** Of one survivor's store. */
    record ExposedStoreJson(
            String region,
            String group,
            @Nullable Instant heartbeat,
            @Nullable Double seconds,
            @Nullable Long records,
            @Nullable Long rows) {}

    static ExposureJson of(Exposure exposure) {
        return new ExposureJson(
                exposure.lastSeen().orElse(null),
                exposure.heartbeat().orElse(null),
                exposure.millis().map(ExposureJson::seconds).orElse(null),
                exposure.records().orElse(null),
                exposure.rows().orElse(null),
                exposure.perRegion().stream()
                        .map(store -> new ExposedStoreJson(
                                store.region(),
                                store.group(),
                                store.heartbeat().orElse(null),
                                store.millis().map(ExposureJson::seconds).orElse(null),
                                store.records().orElse(null),
                                store.rows().orElse(null)))
                        .toList());
    }

    private static double seconds(long millis) {
        return millis / 1000.0;
    }
}
