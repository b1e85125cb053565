package io.meridian.agent.seeding;

import io.meridian.agent.record.SeedMark;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code meridian.seeding} and {@code meridian.seeding_missed}, of shards that are taken here. Each within the caller's transaction. */
public final class SeedRows {
    private static final String TAKEN = """
            select shard, id, attempt, peer, phase, version, exists (select from meridian.seeding_missed m where m.shard = s.shard) as missing
            from meridian.seeding s where role = 'TARGET'""";

    private SeedRows() {}

    static Map<ShardId, Taking> taken(Connection store) throws SQLException {
        Map<ShardId, Taking> taken = new HashMap<>();
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(TAKEN)) {
            while (row.next()) {
                taken.put(ShardId.of(row.getInt("shard")), taking(row));
            }
        }
        return taken;
    }

    /** Held until the transaction ends. */
    public static Optional<Taking> taking(Connection store, ShardId shard) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(TAKEN + " and shard = ? for update of s")) {
            query.setInt(1, shard.number());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(taking(row)) : Optional.empty();
            }
        }
    }

    private static Taking taking(ResultSet row) throws SQLException {
        return new Taking(
                row.getString("id"),
                row.getInt("attempt"),
                RegionId.of(row.getString("peer")),
                Taking.Phase.valueOf(row.getString("phase")),
                row.getBoolean("missing"),
                row.getLong("version"));
    }

    /** A new attempt, in place of whatever was taken of the shard before. */
    static Taking prepare(Connection store, SeedOrder order) throws SQLException {
        try (PreparedStatement forget = store.prepareStatement("""
                with missed as (delete from meridian.seeding_missed where shard = ?)
                delete from meridian.seeding where shard = ? and role = 'TARGET'
                """);
                PreparedStatement insert = store.prepareStatement("""
                        insert into meridian.seeding (id, shard, role, attempt, peer, epoch, phase, version)
                        values (?, ?, 'TARGET', ?, ?, ?, 'PREPARED', nextval('meridian.seeding_version'))
                        """)) {
            forget.setInt(1, order.shard().number());
            forget.setInt(2, order.shard().number());
            forget.execute();
            insert.setString(1, order.id());
            insert.setInt(2, order.shard().number());
            insert.setInt(3, order.attempt());
            insert.setString(4, order.owner().name());
            insert.setLong(5, order.epoch().number());
            insert.execute();
        }
        return taking(store, order.shard()).orElseThrow();
    }

    /** Goes on to a later phase; empty: the shard is at another attempt by now, or done. @param problem why it failed, else empty */
    public static Optional<Taking> move(
            Connection store, ShardId shard, String id, int attempt, Taking.Phase to, String problem)
            throws SQLException {
        try (PreparedStatement update = store.prepareStatement("""
                update meridian.seeding set phase = ?, problem = ?, rows = case when ? = 'RECEIVING' then 0 else rows end,
                    version = nextval('meridian.seeding_version'), at = clock_timestamp()
                where shard = ? and role = 'TARGET' and id = ? and attempt = ? and phase in ('PREPARED', 'RECEIVING', 'TOLD')
                """)) {
            update.setString(1, to.name());
            update.setString(2, problem);
            update.setString(3, to.name());
            update.setInt(4, shard.number());
            update.setString(5, id);
            update.setInt(6, attempt);
            return update.executeUpdate() == 1 ? taking(store, shard) : Optional.empty();
        }
    }

    /** @return images that came by now; empty: the shard is at another attempt by now */
    public static Optional<Long> count(Connection store, SeedMark.Attempt of, long rows) throws SQLException {
        try (PreparedStatement update = store.prepareStatement("""
                update meridian.seeding set rows = rows + ?
                where shard = ? and role = 'TARGET' and id = ? and attempt = ? and phase = 'RECEIVING' returning rows
                """)) {
            update.setLong(1, rows);
            update.setInt(2, of.shard().number());
            update.setString(3, of.id());
            update.setInt(4, of.attempt());
            try (ResultSet row = update.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
        }
    }

    public static void miss(Connection store, ShardId shard, String table, String key) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement(
                "insert into meridian.seeding_missed (shard, relation, key) values (?, ?, ?::jsonb) on conflict do nothing")) {
            insert.setInt(1, shard.number());
            insert.setString(2, table);
            insert.setString(3, key);
            insert.execute();
        }
    }

    /** Something was noted of the shard. @return as it is now */
    public static Optional<Taking> touch(Connection store, ShardId shard) throws SQLException {
        try (PreparedStatement update = store.prepareStatement(
                "update meridian.seeding set version = nextval('meridian.seeding_version') where shard = ? and role = 'TARGET'")) {
            update.setInt(1, shard.number());
            return update.executeUpdate() == 1 ? taking(store, shard) : Optional.empty();
        }
    }

    /** They came after all, or are not there any more. @param keys as JSON objects */
    public static void found(Connection store, ShardId shard, String table, List<String> keys) throws SQLException {
        try (PreparedStatement delete = store.prepareStatement(
                "delete from meridian.seeding_missed where shard = ? and relation = ? and key = any (?::jsonb[])")) {
            delete.setInt(1, shard.number());
            delete.setString(2, table);
            delete.setArray(3, store.createArrayOf("text", keys.toArray()));
            delete.execute();
        }
    }

    static List<SeedTold.Missed> missed(Connection store, ShardId shard) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(
                "select relation, key::text from meridian.seeding_missed where shard = ? order by relation, key limit "
                        + SeedTold.MOST_MISSED)) {
            query.setInt(1, shard.number());
            List<SeedTold.Missed> missed = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    missed.add(new SeedTold.Missed(row.getString(1), row.getString(2)));
                }
            }
            return missed;
        }
    }
}
