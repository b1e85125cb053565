package io.meridian.endtoend;

import java.time.Duration;

/** Deadlines of tests, stretched by MERIDIAN_SLOW on a starved machine. */
final class Deadlines {
    private Deadlines() {}

    static Duration of(Duration usual) {
        String slow = System.getenv().getOrDefault("MERIDIAN_SLOW", "1");
        return Duration.ofMillis((long) (usual.toMillis() * Double.parseDouble(slow)));
    }
}
