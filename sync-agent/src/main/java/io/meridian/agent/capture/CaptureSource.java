package io.meridian.agent.capture;

/** Who reads the store's log. Transactions and positions are the same, so either goes on where the other stopped. */
public enum CaptureSource {
    /** Our own decoder over the driver's stream. */
    PGOUTPUT,
    /** Debezium's connector; none of its classes is loaded unless it is chosen. */
    DEBEZIUM
}
