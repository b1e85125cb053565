package io.meridian.agent.failsafe;

import io.meridian.agent.server.StoreStanding;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * {@code meridian.promise}: durable, so a restart forgets none. Whoever gives one excludes those who look whether one stands, that is who opens a shard
 * of a lost region or answers a gather, until either has committed. A lock by name: there may be no row yet, and rows that are not there lock nothing.
 */
public final class PromiseRows {
    /** Of {@code pg_advisory_xact_lock}, beside the gates of shards. */
    private static final int PROMISES = 20012;

    private PromiseRows() {}

    /**
     * Promises, in one transaction, or changes nothing.
     *
     * @param term how long this store is bound
     * @param standing a promise that a promoted standby has not heard of would bind nobody
     * @return why not; empty: promised and committed
     */
    public static Optional<String> promise(Connection store, PromiseAsked asked, Duration term, StoreStanding standing)
            throws SQLException {
        store.setAutoCommit(false);
        try {
            run(store, "select pg_advisory_xact_lock(" + PROMISES + ", 0)");
            Optional<String> obstacle = known(store, asked.open());
            if (obstacle.isEmpty()) {
                obstacle = standing.look(store).obstacle();
            }
            if (obstacle.isEmpty()) {
                try (PreparedStatement given = store.prepareStatement("""
                        insert into meridian.promise as p (region, until) values (?, clock_timestamp() + ? * interval '1 millisecond')
                        on conflict (region) do update set until = greatest(p.until, excluded.until)""")) {
                    given.setString(1, asked.region().name());
                    given.setLong(2, term.toMillis());
                    given.executeUpdate();
                }
            }
            store.commit();
            return obstacle;
        } catch (SQLException e) {
            store.rollback();
            throw e;
        }
    }

    /** What this store knows to be taken from the asker already: its fence rows stand above the asker's own. */
    private static Optional<String> known(Connection store, Map<ShardId, Epoch> open) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select f.shard, f.epoch from unnest(?::int[], ?::bigint[]) o(shard, epoch)
                join meridian.fence f on f.shard = o.shard and f.epoch > o.epoch order by f.shard limit 1""")) {
            query.setArray(
                    1,
                    store.createArrayOf(
                            "int4", open.keySet().stream().map(ShardId::number).toArray()));
            query.setArray(
                    2,
                    store.createArrayOf(
                            "int8", open.values().stream().map(Epoch::number).toArray()));
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of("shard " + row.getInt(1) + " was withdrawn from it: epoch " + row.getLong(2)
                                + " is known here")
                        : Optional.empty();
            }
        }
    }

    private static void run(Connection store, String sql) throws SQLException {
        try (Statement statement = store.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * None is given or lengthened until the caller's transaction ends.
     *
     * @return until when the longest of them binds this store; empty: none does
     */
    public static Optional<String> outstanding(Connection store) throws SQLException {
        run(store, "select pg_advisory_xact_lock_shared(" + PROMISES + ", 0)");
        try (PreparedStatement query = store.prepareStatement(
                "select region, until::text from meridian.promise where until > clock_timestamp() order by until desc limit 1")) {
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of("region " + row.getString(1) + " may write by this store's promise until "
                                + row.getString(2))
                        : Optional.empty();
            }
        }
    }
}
