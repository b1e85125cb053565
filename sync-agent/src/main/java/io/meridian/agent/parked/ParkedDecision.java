package io.meridian.agent.parked;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Brings to {@code meridian.parked} what a person decided; the applier that owns the rows acts on it. Doing it again changes nothing, or finds that nothing
 * such waits any more.
 */
public final class ParkedDecision {
    private static final String NO_SUCH_VALUE = "22P02";

    private ParkedDecision() {}

    /** @param problem empty: done */
    public record Done(String id, String problem) {}

    /** Tells the applier to look at a shard at once. */
    @FunctionalInterface
    public interface Applier {
        void lookAgain(RegionId source, ShardId shard);
    }

    /** @param store in no transaction. @throws SQLException the store failed: to be tried again */
    public static Done carryOut(Connection store, ParkedOrder order, Applier applier) throws SQLException {
        try {
            boolean met = switch (order.action()) {
                case ParkedOrder.Action.Skip skip -> skip(store, order, skip) > 0;
                case ParkedOrder.Action.Retry _ -> oldest(store, order).isEmpty();
            };
            if (!met) {
                return new Done(
                        order.id(),
                        oldest(store, order)
                                .orElse("it does not wait because this store refuses it, and only that is skipped"));
            }
            applier.lookAgain(order.source(), order.shard());
            return new Done(order.id(), "");
        } catch (SQLException e) {
            if (NO_SUCH_VALUE.equals(e.getSQLState())) {
                return new Done(order.id(), "'" + order.position() + "' is no position");
            }
            throw e;
        }
    }

    private static int skip(Connection store, ParkedOrder order, ParkedOrder.Action.Skip skip) throws SQLException {
        try (PreparedStatement update = store.prepareStatement("""
                update meridian.parked p set skipped_by = ?, skip_reason = ?
                where source = ? and shard = ? and position = ?::pg_lsn and waiting = 'REFUSED'
                and position = (select min(position) from meridian.parked where source = p.source and shard = p.shard)
                """)) {
            update.setString(1, skip.by());
            update.setString(2, skip.reason());
            update.setString(3, order.source().name());
            update.setInt(4, order.shard().number());
            update.setString(5, order.position());
            return update.executeUpdate();
        }
    }

    /** What waits first instead of what the order is about; empty: that is it. */
    private static Optional<String> oldest(Connection store, ParkedOrder order) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(
                "select position::text, position = ?::pg_lsn from meridian.parked where source = ? and shard = ? order by position, part limit 1")) {
            query.setString(1, order.position());
            query.setString(2, order.source().name());
            query.setInt(3, order.shard().number());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.of("nothing waits any more of shard " + order.shard() + " from " + order.source());
                }
                return row.getBoolean(2)
                        ? Optional.empty()
                        : Optional.of("what waits first of shard " + order.shard() + " from " + order.source()
                                + " is at " + row.getString(1) + " now, not at " + order.position());
            }
        }
    }
}
