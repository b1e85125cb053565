package io.meridian.topology;

import java.time.Duration;

/**
 * What holds for the failovers of all regions that nobody asked for.
 *
 * @param window for so long, and then once more, a region must look lost to the others before anything follows
 * @param perHour automatic failovers within an hour; the last of them trips, and none follows until a person acknowledges
 */
public record FailoverRules(Duration window, int perHour) {
    /** Agents tell every second what they hear: several reports of each fall into a window. Two failovers within an hour are worth a look. */
    public static final FailoverRules DEFAULT = new FailoverRules(Duration.ofSeconds(5), 2);

    static final Duration SHORTEST = Duration.ofSeconds(3);
    static final Duration LONGEST = Duration.ofMinutes(10);
    static final int MOST_PER_HOUR = 60;

    /** Windows in a row. */
    public static final int WINDOWS = 2;

    /** Not declared. */
    public static FailoverRules none() {
        return DEFAULT;
    }
}
