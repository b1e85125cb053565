package io.meridian.agent.capture;

import io.meridian.agent.server.ServerIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.postgresql.replication.LogSequenceNumber;

/** Asks the store what {@link CaptureStart} needs to know. */
public final class SlotInspector {
    private static final Logger LOG = Logger.getLogger(SlotInspector.class);

    private SlotInspector() {}

    /** @param replication a session of the streaming protocol, so that all answers are one server's */
    public static CaptureStart.Found inspect(
            Connection replication,
            String slot,
            String topicId,
            boolean topicEmpty,
            long sentLsn,
            Optional<Checkpoint> checkpoint)
            throws SQLException {
        ServerIdentity server = ServerIdentity.of(replication);
        try (PreparedStatement query = replication.prepareStatement("select exists (select from meridian.marker)");
                ResultSet row = query.executeQuery()) {
            row.next();
            return new CaptureStart.Found(
                    server.systemId(),
                    server.timeline(),
                    topicId,
                    slot(replication, slot),
                    checkpoint,
                    topicEmpty,
                    sentLsn,
                    row.getBoolean(1));
        }
    }

    /** A slot that somebody made by hand may not be copied to standbys; nobody must be reading from it. */
    public static void letFailOver(Connection replication, String slot) throws SQLException {
        try (PreparedStatement query =
                replication.prepareStatement("select not failover from pg_replication_slots where slot_name = ?")) {
            query.setString(1, slot);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || !row.getBoolean(1)) {
                    return;
                }
            }
        }
        try (Statement statement = replication.createStatement()) {
            statement.execute("ALTER_REPLICATION_SLOT \"" + slot + "\" (FAILOVER true)");
            LOG.infof("slot is copied to standbys from now on slot=%s", slot);
        } catch (SQLException e) {
            LOG.warnf("slot cannot be told to be copied to standbys slot=%s problem=%s", slot, e.getMessage());
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
