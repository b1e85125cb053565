package io.meridian.agent.verify;

import io.meridian.agent.store.TextForms;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hashes what a snapshot holds of some shards: all rows as text, in the order of their primary keys, table by table. Equal copies hash
 * equally whatever the regions' collations, column orders or time zones. Reads every table once, however few the shards.
 */
public final class ShardHasher {
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

    static final Comparator<Topology.Table> BY_NAME =
            Comparator.comparing(Topology.Table::schema).thenComparing(Topology.Table::name);

    private static void add(Connection snapshot, Topology.Table table, Map<ShardId, Tally> tallies)
            throws SQLException {
        byte[] name = (table.schema() + "." + table.name()).getBytes(StandardCharsets.UTF_8);
        ShardRows.read(
                snapshot, table, ShardRows.columns(snapshot, table), tallies.keySet(), false, (shard, _, content) -> {
                    Tally tally = tallies.get(shard);
                    if (tally != null) {
                        tally.add(name, content.getBytes(StandardCharsets.UTF_8));
                    }
                });
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
