package io.meridian.agent.capture;

import java.sql.SQLException;
import java.util.Optional;

/**
 * Committed transactions of one store, in commit order, each whole, of any size. Used by one thread. After a restart it begins behind the last
 * confirmed LSN and may give whole transactions again, the same as before.
 */
public interface ChangeSource extends AutoCloseable {
    /** The next transaction, which the caller closes; or empty when none has arrived whole yet. Does not wait. */
    Optional<SourceTransaction> poll() throws SQLException;

    /** Everything up to this LSN was given by {@link #poll}; above the last transaction's end when the log held nothing published since. */
    long polledLsn();

    /** The store may forget its log up to {@code lsn}; also keeps the connection alive. */
    void confirm(long lsn) throws SQLException;

    @Override
    void close();
}
