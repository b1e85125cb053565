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
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.replication.LogSequenceNumber;

/** {@code meridian.head}: the last record of each shard that took effect here, in order. */
public final class HeadRows {
    /**
     * A head moves forward only: a marker that is derived again after a restart changes nothing. A broken one stays broken where this store's own
     * markers move it on: what others wrote since was passed over.
     */
    static final String WRITE = """
            insert into meridian.head as h (shard, epoch, region, incarnation, position, closed)
            select * from unnest(?::int[], ?::bigint[], ?::text[], ?::text[], ?::pg_lsn[], ?::boolean[])
            on conflict (shard) do update set epoch = excluded.epoch, region = excluded.region,
                incarnation = excluded.incarnation, position = excluded.position, closed = excluded.closed
            where h.epoch < excluded.epoch or (h.epoch = excluded.epoch and not h.closed)
            """;

    private HeadRows() {}

    /** @return how many rows moved: fewer than given when some were further already */
    public static int write(Connection store, Map<ShardId, ShardHead.At> heads) throws SQLException {
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
        try (PreparedStatement statement = store.prepareStatement(WRITE)) {
            statement.setArray(1, store.createArrayOf("int4", shards));
            statement.setArray(2, store.createArrayOf("int8", epochs));
            statement.setArray(3, store.createArrayOf("text", regions));
            statement.setArray(4, store.createArrayOf("text", incarnations));
            statement.setArray(5, store.createArrayOf("pg_lsn", positions));
            statement.setArray(6, store.createArrayOf("bool", closed));
            return statement.executeUpdate();
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

    public static Map<ShardId, ShardHead> load(Connection store) throws SQLException {
        Map<ShardId, ShardHead> heads = new HashMap<>();
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(
                        "select shard, epoch, region, incarnation, position::text as position, closed, broken from meridian.head")) {
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
