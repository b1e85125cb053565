package io.meridian.agent.capture;

import java.util.List;

/**
 * A committed transaction with its published changes. Whoever polled it closes it.
 *
 * @param endLsn end LSN as COMMIT carries it: the transaction's position
 * @param commitMicros microseconds since 1970
 */
public record SourceTransaction(long endLsn, long commitMicros, Changes changes) implements AutoCloseable {
    /** Of few changes. */
    public SourceTransaction(long endLsn, long commitMicros, List<SourceChange> changes) {
        this(endLsn, commitMicros, Changes.of(changes));
    }

    @Override
    public void close() {
        changes.close();
    }
}
