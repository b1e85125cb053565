package io.meridian.local;

import java.time.Duration;

/** How long to wait for something: deadlines are multiplied by the environment's {@code MERIDIAN_SLOW} (default 1), for busy machines. */
public final class Patience {
    private static final double FACTOR = factor();

    private Patience() {}

    public static Duration of(Duration usual) {
        return Duration.ofMillis((long) (usual.toMillis() * FACTOR));
    }

    public static Duration seconds(long usual) {
        return of(Duration.ofSeconds(usual));
    }

    private static double factor() {
        String slow = System.getenv("MERIDIAN_SLOW");
        if (slow == null || slow.isBlank()) {
            return 1;
        }
        try {
            return Math.max(1, Double.parseDouble(slow));
        } catch (NumberFormatException notANumber) {
            throw new IllegalStateException("MERIDIAN_SLOW is not a number: " + slow, notANumber);
        }
    }
}
