package io.meridian.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a lost region may have acknowledged that no other region has. What is not known is null.
 *
 * @param lastSeen when the region's agents were last heard
 * @param heartbeat the region's own time up to which the best of the others has everything
 * @param seconds between the two
 * @param records known to exist at the region and not applied by the best of the others
 */
public record Exposure(
        @Nullable String lastSeen,
        @Nullable String heartbeat,
        @Nullable Double seconds,
        @Nullable Long records) {
    /** Of a failover's run or plan. */
    public static Optional<Exposure> of(JsonNode run) {
        return run.hasNonNull("exposure")
                ? Optional.of(Documents.as(run.path("exposure"), Exposure.class))
                : Optional.empty();
    }

    public String inWords() {
        String time = seconds == null
                ? "an unknown time"
                : String.format(Locale.ROOT, "the last %.1f s of its writes", seconds);
        return time + (records == null ? "" : ", " + records + " records of it known");
    }
}
