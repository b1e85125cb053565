package io.meridian.agent.capture;

import java.util.List;

/**
 * A committed transaction with its published changes, in the log's order.
 *
 * @param endLsn end LSN as COMMIT carries it: the transaction's position
 * @param commitMicros microseconds since 1970
 */
public record SourceTransaction(long endLsn, long commitMicros, List<SourceChange> changes) {}
