package io.meridian.agent.repair;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;

/**
 * The agent's own writes to a shard that this store owns: behind the shard's exclusive gate, as a closer is, so that no writer is within, whichever form its
 * table's fence has; and judged as a write of the application would be.
 *
 * @see "PROTOCOL 1"
 */
public final class ShardGate {
    /** Lock not available, deadlock. */
    private static final Set<String> BUSY = Set.of("55P03", "40P01");

    private static final String REFUSED_BY_FENCE = "MR";

    private ShardGate() {}

    /**
     * Held until the transaction ends.
     *
     * @return the epoch in which the shard is open here
     * @throws RepairRefusedException it is not
     * @throws SQLException {@link #busy}, {@link #refused}, or the store failed
     */
    public static Epoch take(Connection store, ShardId shard, Duration transactionLimit)
            throws SQLException, RepairRefusedException {
        try (Statement statement = store.createStatement()) {
            statement.execute("set local lock_timeout = 300");
            statement.execute("set local transaction_timeout = " + transactionLimit.toMillis());
            // Keys are looked up, whatever the statistics say: the gate is held meanwhile.
            statement.execute(
                    "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off");
            statement.execute("select pg_advisory_xact_lock(20011, " + shard.number() + ")");
        }
        Epoch epoch = epoch(store, shard);
        try (PreparedStatement judged = store.prepareStatement("""
                select meridian.admit(f.shard, f.epoch, f.state, f.opened_at, l.issued, l.valid_until)
                from meridian.fence f, meridian.lease l where f.shard = ? and l.id = 1
                """)) {
            judged.setInt(1, shard.number());
            judged.execute();
        }
        return epoch;
    }

    /** Somebody was within the gate, or wrote the same rows: to be tried again. */
    public static boolean busy(SQLException failure) {
        return BUSY.contains(String.valueOf(failure.getSQLState()));
    }

    /** The fence does not admit a write now. */
    public static boolean refused(SQLException failure) {
        return String.valueOf(failure.getSQLState()).startsWith(REFUSED_BY_FENCE);
    }

    private static Epoch epoch(Connection store, ShardId shard) throws SQLException, RepairRefusedException {
        try (PreparedStatement query =
                store.prepareStatement("select epoch, state from meridian.fence where shard = ? for no key update")) {
            query.setInt(1, shard.number());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new RepairRefusedException("shard " + shard + " is not of this store");
                }
                Epoch epoch = Epoch.of(row.getLong("epoch"));
                if (!row.getString("state").equals("OPEN")) {
                    throw new RepairRefusedException("shard " + shard + " is " + row.getString("state")
                            + " here at epoch " + epoch + ": it was moved meanwhile; ask again");
                }
                return epoch;
            }
        }
    }
}
