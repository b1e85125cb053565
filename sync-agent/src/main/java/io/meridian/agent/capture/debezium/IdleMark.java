package io.meridian.agent.capture.debezium;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.replication.LogSequenceNumber;

/**
 * Debezium hides how far PostgreSQL has read its log when nothing of it is published, and the slot would stand still. So a logical message is
 * written; when it comes back, everything before it has come.
 */
final class IdleMark {
    static final String PREFIX = "meridian.idle";

    /** What an idle store writes by itself behind a mark (a standby snapshot) must not call for the next one. */
    private static final long WORTH_BYTES = 256;

    private final Connection store;

    IdleMark(Connection store) throws SQLException {
        this.store = store;
        try (Statement statement = store.createStatement()) {
            // A standby that is waited for may be this very reader: it must not wait for itself.
            statement.execute("set synchronous_commit = local");
        }
    }

    /** Writes one if the log has grown beyond {@code lsn}. */
    void writeIfBehind(long lsn) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(
                "select pg_logical_emit_message(true, ?, '') where pg_current_wal_insert_lsn() - ?::pg_lsn > ?")) {
            statement.setString(1, PREFIX);
            statement.setString(2, LogSequenceNumber.valueOf(lsn).asString());
            statement.setLong(3, WORTH_BYTES);
            statement.execute();
        }
    }
}
