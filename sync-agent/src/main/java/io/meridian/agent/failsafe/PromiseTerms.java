package io.meridian.agent.failsafe;

import java.time.Duration;

/** How long a promise binds whoever gave it. Pure. PROTOCOL 2. */
public final class PromiseTerms {
    /** K: time for a cancelled backend to be gone. */
    private static final Duration GONE = Duration.ofSeconds(1);
    /** r: by how much clocks may drift against each other, in thousandths. */
    private static final long DRIFT_THOUSANDTHS = 5;

    private PromiseTerms() {}

    /**
     * @param asked D, which the asker counts from before it asks
     * @param transactionLimit T_tx: how long what was admitted by it may take to commit
     */
    public static Duration promiser(Duration asked, Duration transactionLimit) {
        Duration alone = asked.plus(transactionLimit).plus(GONE);
        return alone.plus(alone.multipliedBy(2 * DRIFT_THOUSANDTHS).dividedBy(1000));
    }
}
