package io.meridian.control.failover;

import java.time.Duration;

/** How long what was promised by another clock has to be waited for. PROTOCOL 2. */
public final class LeaseTerm {
    /** Greatest rate by which two clocks drift apart, in thousandths. */
    private static final long DRIFT_PER_MILLE = 5;

    /** For a backend that was cancelled to be gone. */
    private static final Duration KILLED = Duration.ofSeconds(1);

    private LeaseTerm() {}

    /** Counted from the last renewal that was applied: after it the lease is over by the store's clock, too. */
    public static Duration over(Duration lease) {
        return drifted(lease);
    }

    /** Counted from the lease's end: no transaction that was admitted before can commit any more. */
    public static Duration settled(Duration transactionLimit) {
        return drifted(transactionLimit).plus(KILLED);
    }

    private static Duration drifted(Duration time) {
        return time.plus(time.multipliedBy(2 * DRIFT_PER_MILLE).dividedBy(1000));
    }
}
