package io.meridian.agent.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/** Asks the store what {@link CaptureStart} needs to know. */
public final class SlotInspector {
    private SlotInspector() {}

    public static CaptureStart.Found inspect(
            Connection store, String slot, String topicId, boolean topicEmpty, Optional<Checkpoint> checkpoint)
            throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select (select system_identifier::text from pg_control_system()) as system_id,
                       (select timeline_id from pg_control_checkpoint()) as timeline,
                       exists (select from meridian.marker) as markers_known
                """);
                ResultSet row = query.executeQuery()) {
            row.next();
            return new CaptureStart.Found(
                    row.getString("system_id"),
                    row.getInt("timeline"),
                    topicId,
                    slot(store, slot),
                    checkpoint,
                    topicEmpty,
                    row.getBoolean("markers_known"));
        }
    }

    private static Optional<CaptureStart.Slot> slot(Connection store, String name) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select confirmed_flush_lsn::text as lsn, invalidation_reason
                from pg_replication_slots where slot_name = ? and plugin = 'pgoutput' and database = current_database()
                """)) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                return Optional.of(new CaptureStart.Slot(
                        name,
                        LogSequenceNumber.valueOf(row.getString("lsn")).asLong(),
                        Optional.ofNullable(row.getString("invalidation_reason"))));
            }
        }
    }
}
