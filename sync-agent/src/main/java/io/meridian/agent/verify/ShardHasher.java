package io.meridian.agent.verify;

import io.meridian.agent.store.TextForms;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Hashes what a snapshot holds of some shards: all rows as text, in the order of their primary keys, table by table. Equal copies hash
 * equally whatever the regions' collations, column orders or time zones. Reads every table once, however few the shards.
 */
public final class ShardHasher {
    private static final int ROWS_AT_ONCE = 2_000;

    private ShardHasher() {}

    /**
     * @param snapshot in a transaction; REPEATABLE READ if all tables shall be of one moment
     * @return one hash per shard asked for
     */
    public static Map<ShardId, ShardHash> hash(
            Connection snapshot, List<Topology.Table> tables, Collection<ShardId> shards) throws SQLException {
        TextForms.pinLocally(snapshot);
        Map<ShardId, Tally> tallies = new TreeMap<>();
        shards.forEach(shard -> tallies.put(shard, new Tally()));
        for (Topology.Table table : tables.stream().sorted(BY_NAME).toList()) {
            add(snapshot, table, tallies);
        }
        Map<ShardId, ShardHash> hashes = new HashMap<>();
        tallies.forEach((shard, tally) -> hashes.put(shard, tally.hash()));
        return hashes;
    }

    private static final Comparator<Topology.Table> BY_NAME =
            Comparator.comparing(Topology.Table::schema).thenComparing(Topology.Table::name);

    private static void add(Connection snapshot, Topology.Table table, Map<ShardId, Tally> tallies)
            throws SQLException {
        Columns columns = columns(snapshot, table);
        String shard = "meridian.shard_of(" + quoted(table.shardingColumn()) + "::text)";
        String order = columns.key().stream()
                .map(column -> quoted(column) + "::text collate \"C\"")
                .collect(Collectors.joining(", "));
        String query = "select " + shard + " as shard, row("
                + columns.all().stream().map(ShardHasher::quoted).collect(Collectors.joining(", "))
                + ")::text as content from " + quoted(table.schema()) + "." + quoted(table.name()) + " where " + shard
                + " = any (?) order by 1, " + order;
        byte[] name = (table.schema() + "." + table.name()).getBytes(StandardCharsets.UTF_8);
        try (PreparedStatement statement = snapshot.prepareStatement(query)) {
            statement.setFetchSize(ROWS_AT_ONCE);
            statement.setArray(
                    1,
                    snapshot.createArrayOf(
                            "int4",
                            tallies.keySet().stream().map(ShardId::number).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Tally tally = tallies.get(ShardId.of(row.getInt("shard")));
                    if (tally != null) {
                        tally.add(name, row.getString("content").getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        }
    }

    /** @param all by name, since migrations may have added them in another order */
    private record Columns(List<String> all, List<String> key) {}

    private static Columns columns(Connection snapshot, Topology.Table table) throws SQLException {
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

    /** One shard's rows so far. A table enters with its name before its first row, and every row with its length: no two contents read alike. */
    private static final class Tally {
        private final MessageDigest digest = sha256();
        private byte[] table = {};
        private long rows;

        void add(byte[] name, byte[] content) {
            if (table != name) {
                table = name;
                field(name);
            }
            field(content);
            rows++;
        }

        private void field(byte[] bytes) {
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }

        ShardHash hash() {
            return new ShardHash(rows, HexFormat.of().formatHex(digest.digest()));
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
