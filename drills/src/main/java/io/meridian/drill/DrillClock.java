package io.meridian.drill;

import java.time.Duration;
import java.time.Instant;

/** A drill's time: from its first probe, monotonic, with the wall time at which it began, for what the control plane tells in wall time. */
final class DrillClock {
    private volatile long beganNanos = System.nanoTime();
    private volatile Instant beganAt = Instant.now();

    /** What was before, such as preparations, counts no more. */
    void begin() {
        beganNanos = System.nanoTime();
        beganAt = Instant.now();
    }

    Instant beganAt() {
        return beganAt;
    }

    long nanos() {
        return System.nanoTime() - beganNanos;
    }

    double second() {
        return seconds(nanos());
    }

    double second(Instant at) {
        return Duration.between(beganAt, at).toNanos() / 1e9;
    }

    static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
