package io.meridian.agent.stream;

import io.meridian.local.Patience;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition, with a deadline that grows with MERIDIAN_SLOW. */
public final class Awaiting {
    private Awaiting() {}

    /** @throws AssertionError it did not come; names the condition and what {@code detail} says then */
    public static void await(String condition, long seconds, Callable<Boolean> holds, Callable<Object> detail) {
        long end = System.nanoTime() + Patience.seconds(seconds).toNanos();
        try {
            while (!holds.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + seconds + " s: " + condition + "; " + detail.call());
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        } catch (Exception e) {
            throw new AssertionError("while waiting for: " + condition, e);
        }
    }
}
