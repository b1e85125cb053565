package io.meridian.agent.capture.debezium;

/**
 * How large a transaction may be that Debezium reads. Its connector speaks protocol 1 only, so the whole of it is in memory at once.
 *
 * @param changes of rows, in one transaction
 * @param bytes of their values as text
 */
public record TransactionLimit(int changes, long bytes) {
    /** A tenth of the heap that an agent is meant to run with, in values that are twice that as objects. */
    public static final TransactionLimit DEFAULT = new TransactionLimit(100_000, 48L << 20);

    boolean admits(int changesCame, long bytesCame) {
        return changesCame <= changes && bytesCame <= bytes;
    }
}
