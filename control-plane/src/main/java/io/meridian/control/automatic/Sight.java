package io.meridian.control.automatic;

import io.meridian.topology.RegionId;

/** What one region's agents see of another region. @param says in words */
public record Sight(RegionId from, Kind kind, String says) {
    public enum Kind {
        /** Nobody of it hears anything. */
        SILENT,
        /** Somebody of it does. */
        ANSWERS,
        /** Nobody of it can tell. */
        BLIND
    }
}
