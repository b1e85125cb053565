package io.meridian.drill.measure;

import io.meridian.drill.scenario.Scenario.Guards;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Whether a drill may go on. */
public final class GuardRules {
    /** Fewer answers than this say nothing about a share. */
    private static final long ENOUGH = 20;

    private GuardRules() {}

    /**
     * @param worstLag of the links that are guarded; empty: none is known
     * @return which guard is exceeded, in words; empty: none is
     */
    public static Optional<String> exceeded(Guards guards, EdgeProber.Recent recent, Optional<Duration> worstLag) {
        if (guards.failedRequests().isPresent()
                && recent.ok() + recent.failed() >= ENOUGH
                && recent.failedShare() > guards.failedRequests().getAsDouble()) {
            return Optional.of(
                    "failedRequests: " + percent(recent.failedShare()) + " of the last 10 s failed, and at most "
                            + percent(guards.failedRequests().getAsDouble()) + " may");
        }
        if (guards.unavailableShards().isPresent()
                && recent.unservedShare() > guards.unavailableShards().getAsDouble()) {
            return Optional.of("unavailableShards: " + recent.unserved() + " of " + recent.sample()
                    + " sampled shards are served by no edge, and at most "
                    + percent(guards.unavailableShards().getAsDouble()) + " may be");
        }
        if (guards.linkLag().isPresent()
                && worstLag.isPresent()
                && worstLag.get().compareTo(guards.linkLag().get()) > 0) {
            return Optional.of("linkLag: a copy is " + worstLag.get().toMillis() + " ms behind, and at most "
                    + guards.linkLag().get().toMillis() + " ms are allowed");
        }
        return Optional.empty();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f%%", share * 100);
    }
}
