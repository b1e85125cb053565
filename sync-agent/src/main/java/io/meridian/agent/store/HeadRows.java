package io.meridian.agent.store;

import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.replication.LogSequenceNumber;

/** {@code meridian.head}: the last record of each shard that took effect here, in order. */
public final class HeadRows {
    /**
     * A head moves forward only: a marker that is derived again after a restart changes nothing. A broken one stays broken where this store's own
     * markers move it on: what others wrote since was passed over. What lies beyond a mark is refused; an epoch above it takes it away.
     */
    static final String WRITE = """
            insert into meridian.head as h (shard, epoch, region, incarnation, position, closed)
            select * from unnest(?::int[], ?::bigint[], ?::text[], ?::text[], ?::pg_lsn[], ?::boolean[])
            on conflict (shard) do update set epoch = excluded.epoch, region = excluded.region,
                incarnation = excluded.incarnation, position = excluded.position, closed = excluded.closed, turned_for = null,
                frozen_epoch = case when excluded.epoch > h.frozen_epoch then null else h.frozen_epoch end
            where (h.epoch < excluded.epoch or (h.epoch = excluded.epoch and not h.closed))
                and (h.frozen_epoch is null or excluded.epoch > h.frozen_epoch
                    or (excluded.epoch, excluded.position) <= (h.cut_epoch, h.cut_position))
                and (h.turned_for is null or excluded.epoch >= h.turned_for)
            """;

    private HeadRows() {}

    /** @return how many rows moved: fewer than given when some were further already, or may not go on */
    public static int write(Connection store, Map<ShardId, ShardHead.At> heads) throws SQLException {
        try (PreparedStatement statement = prepare(store, WRITE, heads)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection store, String sql, Map<ShardId, ShardHead.At> heads)
            throws SQLException {
        int size = heads.size();
        var shards = new Integer[size];
        var epochs = new Long[size];
        var regions = new String[size];
        var incarnations = new String[size];
        var positions = new String[size];
        var closed = new Boolean[size];
        int index = 0;
        for (var entry : heads.entrySet()) {
            ShardHead.At head = entry.getValue();
            shards[index] = entry.getKey().number();
            epochs[index] = head.epoch().number();
            regions[index] = head.region().name();
            incarnations[index] = head.position().incarnation();
            positions[index] = head.position().lsnText();
            closed[index++] = head.closed();
        }
        PreparedStatement statement = store.prepareStatement(sql);
        try {
            statement.setArray(1, store.createArrayOf("int4", shards));
            statement.setArray(2, store.createArrayOf("int8", epochs));
            statement.setArray(3, store.createArrayOf("text", regions));
            statement.setArray(4, store.createArrayOf("text", incarnations));
            statement.setArray(5, store.createArrayOf("pg_lsn", positions));
            statement.setArray(6, store.createArrayOf("bool", closed));
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /** Nothing takes effect behind this head any more. A shard without a head has none to break: only its very first OPEN can follow. */
    public static void breakOff(Connection store, Collection<ShardId> shards) throws SQLException {
        try (PreparedStatement statement =
                store.prepareStatement("update meridian.head set broken = true where shard = any (?) and not broken")) {
            statement.setArray(
                    1,
                    store.createArrayOf(
                            "int4", shards.stream().map(ShardId::number).toArray()));
            statement.executeUpdate();
        }
    }

    /**
     * Of shards of one partition, those that {@code source} owns by their heads: what of them lies in a hole of its stream nobody would miss. Others it could
     * only have opened there, and what follows an OPEN that did not come stops them.
     *
     * @return those that were whole
     */
    public static List<ShardId> breakOff(Connection store, RegionId source, int partition, int partitions)
            throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(
                "update meridian.head set broken = true where region = ? and not closed and epoch > 0 and shard % ? = ? and not broken returning shard")) {
            statement.setString(1, source.name());
            statement.setInt(2, partitions);
            statement.setInt(3, partition);
            List<ShardId> broken = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    broken.add(ShardId.of(row.getInt(1)));
                }
            }
            return broken;
        }
    }

    /** Whatever it was: the shard's rows are taken anew from here on, and broken until all came. A mark of a lost owner's epoch stays. */
    public static void replace(Connection store, ShardId shard, ShardHead.At head) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("""
                insert into meridian.head as h (shard, epoch, region, incarnation, position, closed, broken)
                values (?, ?, ?, ?, ?::pg_lsn, false, true)
                on conflict (shard) do update set epoch = excluded.epoch, region = excluded.region,
                    incarnation = excluded.incarnation, position = excluded.position, closed = false, broken = true, turned_for = null,
                    frozen_epoch = case when excluded.epoch > h.frozen_epoch then null else h.frozen_epoch end
                """)) {
            statement.setInt(1, shard.number());
            statement.setLong(2, head.epoch().number());
            statement.setString(3, head.region().name());
            statement.setString(4, head.position().incarnation());
            statement.setString(5, head.position().lsnText());
            statement.execute();
        }
    }

    /** All of the shard was taken anew. */
    public static void heal(Connection store, ShardId shard) throws SQLException {
        try (PreparedStatement statement =
                store.prepareStatement("update meridian.head set broken = false where shard = ?")) {
            statement.setInt(1, shard.number());
            statement.execute();
        }
    }

    public static Map<ShardId, ShardHead> load(Connection store) throws SQLException {
        Map<ShardId, ShardHead> heads = new HashMap<>();
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(
                        "select shard, epoch, region, incarnation, position::text as position, closed, broken from meridian.head where epoch > 0")) {
            while (row.next()) {
                var at = new ShardHead.At(
                        Epoch.of(row.getLong("epoch")),
                        RegionId.of(row.getString("region")),
                        new Position(
                                row.getString("incarnation"),
                                LogSequenceNumber.valueOf(row.getString("position"))
                                        .asLong(),
                                0),
                        row.getBoolean("closed"));
                heads.put(ShardId.of(row.getInt("shard")), row.getBoolean("broken") ? new ShardHead.Broken(at) : at);
            }
        }
        return heads;
    }
}
