package io.meridian.agent.fence;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Reads what this store's fences, markers and heads say, as committed. */
public final class FenceTable {
    private static final String ROWS = """
            select f.shard, f.epoch, f.state, f.owned_epoch,
                   c.incarnation as close_incarnation, c.position::text as close_position,
                   o.incarnation as open_incarnation, o.position::text as open_position
            from meridian.fence f
            left join meridian.marker c on c.shard = f.shard and c.epoch = f.owned_epoch and c.kind = 'CLOSE'
            left join meridian.marker o on o.shard = f.shard and o.epoch = f.owned_epoch and o.kind = 'OPEN'""";

    private FenceTable() {}

    public static Map<ShardId, FenceRow> all(Connection store) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(ROWS)) {
            return rows(query);
        }
    }

    public static Map<ShardId, FenceRow> of(Connection store, Collection<ShardId> shards) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(ROWS + " where f.shard = any (?)")) {
            query.setArray(
                    1,
                    store.createArrayOf(
                            "int4", shards.stream().map(ShardId::number).toArray()));
            return rows(query);
        }
    }

    public static Map<ShardId, ShardHead> heads(Connection store, Collection<ShardId> shards) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(
                "select shard, epoch as head_epoch, region, incarnation, position::text as head_position, closed from meridian.head where shard = any (?) and epoch > 0")) {
            query.setArray(
                    1,
                    store.createArrayOf(
                            "int4", shards.stream().map(ShardId::number).toArray()));
            Map<ShardId, ShardHead> heads = new HashMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    FenceWriter.head(ShardId.of(row.getInt("shard")), row)
                            .ifPresent(head -> heads.put(head.shard(), head));
                }
            }
            return heads;
        }
    }

    private static Map<ShardId, FenceRow> rows(PreparedStatement query) throws SQLException {
        Map<ShardId, FenceRow> rows = new HashMap<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                ShardId shard = ShardId.of(row.getInt("shard"));
                rows.put(
                        shard,
                        new FenceRow(
                                shard,
                                Epoch.of(row.getLong("epoch")),
                                FenceState.valueOf(row.getString("state")),
                                Epoch.of(row.getLong("owned_epoch")),
                                FenceWriter.position(
                                        row.getString("close_incarnation"), row.getString("close_position")),
                                FenceWriter.position(
                                        row.getString("open_incarnation"), row.getString("open_position"))));
            }
        }
        return rows;
    }
}
