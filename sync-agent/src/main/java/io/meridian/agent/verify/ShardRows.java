package io.meridian.agent.verify;

import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** A table's rows of some shards as text, shard by shard, each shard's in the order of its primary keys whatever the region's collation. Reads the table once. */
final class ShardRows {
    private static final int ROWS_AT_ONCE = 2_000;

    private ShardRows() {}

    /** Hears every row. */
    @FunctionalInterface
    interface Reader {
        /** @param key values of the primary key, by the names of its columns; empty when they were not asked for. @param content all columns, by their names */
        void row(ShardId shard, List<String> key, String content) throws SQLException;
    }

    /** @param all by name, since migrations may have added them in another order. @param key by name */
    record Columns(List<String> all, List<String> key) {}

    /** @param snapshot in a transaction whose text forms are pinned */
    static void read(
            Connection snapshot,
            Topology.Table table,
            Columns columns,
            Collection<ShardId> shards,
            boolean keys,
            Reader reader)
            throws SQLException {
        String shard = "meridian.shard_of(" + quoted(table.shardingColumn()) + "::text)";
        String order = columns.key().stream()
                .map(column -> quoted(column) + "::text collate \"C\"")
                .collect(Collectors.joining(", "));
        String content =
                columns.all().stream().map(ShardRows::quoted).collect(Collectors.joining(", ", "row(", ")::text"));
        String told = keys
                ? columns.key().stream()
                        .map(column -> ", format('%s', " + quoted(column) + ")")
                        .collect(Collectors.joining())
                : "";
        String query = "select " + shard + ", " + content + told + " from " + quoted(table.schema()) + "."
                + quoted(table.name()) + " where " + shard + " = any (?) order by 1, " + order;
        try (PreparedStatement statement = snapshot.prepareStatement(query)) {
            statement.setFetchSize(ROWS_AT_ONCE);
            statement.setArray(
                    1,
                    snapshot.createArrayOf(
                            "int4", shards.stream().map(ShardId::number).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    List<String> key = new ArrayList<>();
                    for (int column = 0; keys && column < columns.key().size(); column++) {
                        key.add(row.getString(3 + column));
                    }
                    reader.row(ShardId.of(row.getInt(1)), key, row.getString(2));
                }
            }
        }
    }

    /** @throws SQLException the table is not here, or has no primary key */
    static Columns columns(Connection snapshot, Topology.Table table) throws SQLException {
        try (PreparedStatement statement = snapshot.prepareStatement("""
                select a.attname, coalesce(a.attnum = any (i.indkey::int2[]), false) as key
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                left join pg_index i on i.indrelid = c.oid and i.indisprimary
                where n.nspname = ? and c.relname = ? order by a.attname collate "C"
                """)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            List<String> all = new ArrayList<>();
            List<String> key = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    all.add(row.getString("attname"));
                    if (row.getBoolean("key")) {
                        key.add(row.getString("attname"));
                    }
                }
            }
            if (key.isEmpty()) {
                throw new SQLException(
                        table.schema() + "." + table.name() + " does not exist here, or has no primary key");
            }
            return new Columns(all, key);
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
