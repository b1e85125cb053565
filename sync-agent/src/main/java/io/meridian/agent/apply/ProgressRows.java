package io.meridian.agent.apply;

import io.meridian.conflict.StreamPosition;
import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.replication.LogSequenceNumber;

/** {@code meridian.progress}: moves in the transaction that applies, and only from where this applier believes it to be. */
final class ProgressRows {
    private ProgressRows() {}

    static Progress load(Connection store, RegionId source, int partition) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("""
                select incarnation, lsn::text as lsn, part, copy_offset from meridian.progress
                where source = ? and partition = ?
                """)) {
            statement.setString(1, source.name());
            statement.setInt(2, partition);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Progress.NONE;
                }
                var position = new Position(
                        row.getString("incarnation"),
                        LogSequenceNumber.valueOf(row.getString("lsn")).asLong(),
                        row.getInt("part"));
                return new Progress(new StreamPosition.At(position), row.getLong("copy_offset"));
            }
        }
    }

    /** @throws IllegalStateException the row is not where it was left: another applier is at work */
    static void move(Connection store, RegionId source, int partition, Progress from, Position to, long copyOffset)
            throws SQLException {
        int moved = switch (from.applied()) {
            case StreamPosition.Beginning _ -> first(store, source, partition, to, copyOffset);
            case StreamPosition.At at -> next(store, source, partition, at.position(), to, copyOffset);
        };
        if (moved != 1) {
            throw new IllegalStateException("progress of " + source + "/" + partition + " is not at " + from.applied()
                    + " any more: another applier is at work");
        }
    }

    private static int first(Connection store, RegionId source, int partition, Position to, long copyOffset)
            throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("""
                insert into meridian.progress (incarnation, lsn, part, copy_offset, source, partition)
                values (?, ?::pg_lsn, ?, ?, ?, ?) on conflict do nothing
                """)) {
            return run(statement, to, copyOffset, source, partition);
        }
    }

    private static int next(
            Connection store, RegionId source, int partition, Position from, Position to, long copyOffset)
            throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("""
                update meridian.progress set incarnation = ?, lsn = ?::pg_lsn, part = ?, copy_offset = ?
                where source = ? and partition = ? and incarnation = ? and lsn = ?::pg_lsn and part = ?
                """)) {
            statement.setString(7, from.incarnation());
            statement.setString(8, from.lsnText());
            statement.setInt(9, from.part());
            return run(statement, to, copyOffset, source, partition);
        }
    }

    private static int run(PreparedStatement statement, Position to, long copyOffset, RegionId source, int partition)
            throws SQLException {
        statement.setString(1, to.incarnation());
        statement.setString(2, to.lsnText());
        statement.setInt(3, to.part());
        statement.setLong(4, copyOffset);
        statement.setString(5, source.name());
        statement.setInt(6, partition);
        return statement.executeUpdate();
    }
}
