package io.meridian.router;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a condition, with a deadline that grows with MERIDIAN_SLOW. */
public final class Await {
    private Await() {}

    public interface Condition {
        boolean holds() throws Exception;
    }

    public static Duration within(int seconds) {
        return Duration.ofSeconds(
                (long) seconds * Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1")));
    }

    public static void until(String what, Condition condition) {
        until(what, condition, () -> "");
    }

    public static void until(String what, Condition condition, Supplier<Object> seen) {
        long end = System.nanoTime() + within(20).toNanos();
        Exception last = null;
        while (System.nanoTime() < end) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (Exception failed) {
                last = failed;
            }
            LockSupport.parkNanos(2_000_000);
        }
        throw new AssertionError("not within " + within(20) + ": " + what + " " + seen.get(), last);
    }
}
