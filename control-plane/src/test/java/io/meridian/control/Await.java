package io.meridian.control;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for what should come, not for a time. MERIDIAN_SLOW multiplies the deadlines. */
public final class Await {
    private static final double SLOW = Double.parseDouble(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));

    private Await() {}

    public static <T> T until(Duration limit, Callable<T> what, Predicate<T> good) throws Exception {
        long end = System.nanoTime() + (long) (limit.toNanos() * SLOW);
        T last = what.call();
        while (!good.test(last)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("still " + last + " after " + limit);
            }
            TimeUnit.MILLISECONDS.sleep(20);
            last = what.call();
        }
        return last;
    }
}
