package io.meridian.agent.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.agent.store.TextForms;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a shard differ, in two steps, since a shard may have many: a hash per bucket of rows, then one per row of the buckets that differ. What
 * bucket a row is in depends on its table and key alone.
 */
public final class RowHasher {
    public static final int BUCKETS = 256;
    /** Of one shard: what a person reads, and a report holds. */
    public static final int MOST_ROWS = 1_000;

    /** Rows with longer keys are not told, so that a report fits into a message: the same ones of all copies. Their shard differs all the same. */
    static final int LONGEST_KEY = 1_024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private RowHasher() {}

    /** @return by shard: 256 hashes of eight bytes, of bucket 0 first; all zero where no row is */
    public static Map<ShardId, byte[]> buckets(
            Connection snapshot, List<Topology.Table> tables, Collection<ShardId> shards) throws SQLException {
        Map<ShardId, @Nullable MessageDigest[]> digests = new TreeMap<>();
        shards.forEach(shard -> digests.put(shard, new MessageDigest[BUCKETS]));
        read(snapshot, tables, shards, (shard, bucket, row) -> {
            @Nullable MessageDigest[] ofShard = digests.get(shard);
            if (ofShard != null) {
                MessageDigest digest = ofShard[bucket];
                if (digest == null) {
                    digest = sha256();
                    ofShard[bucket] = digest;
                }
                // Its content may have moved to another key.
                digest.update(sha256().digest((row.table() + "\n" + row.key()).getBytes(StandardCharsets.UTF_8)));
                digest.update(
                        ByteBuffer.allocate(Long.BYTES).putLong(row.hash()).flip());
            }
        });
        Map<ShardId, byte[]> buckets = new TreeMap<>();
        digests.forEach((shard, ofShard) -> {
            ByteBuffer hashes = ByteBuffer.allocate(BUCKETS * Long.BYTES);
            for (MessageDigest digest : ofShard) {
                hashes.putLong(digest == null ? 0 : first8(digest.digest()));
            }
            buckets.put(shard, hashes.array());
        });
        return buckets;
    }

    /**
     * @param buckets of each shard
     * @return by shard: its rows in these buckets, by table and key; at most {@link #MOST_ROWS}, the same ones of equal copies
     */
    public static Map<ShardId, List<RowHash>> rows(
            Connection snapshot, List<Topology.Table> tables, Map<ShardId, Set<Integer>> buckets) throws SQLException {
        Map<ShardId, List<RowHash>> rows = new TreeMap<>();
        buckets.keySet().forEach(shard -> rows.put(shard, new ArrayList<>()));
        read(snapshot, tables, buckets.keySet(), (shard, bucket, row) -> {
            List<RowHash> ofShard = rows.get(shard);
            if (ofShard != null
                    && ofShard.size() < MOST_ROWS
                    && row.key().length() <= LONGEST_KEY
                    && buckets.getOrDefault(shard, Set.of()).contains(bucket)) {
                ofShard.add(row);
            }
        });
        return rows;
    }

    @FunctionalInterface
    private interface Reader {
        void row(ShardId shard, int bucket, RowHash row);
    }

    private static void read(
            Connection snapshot, List<Topology.Table> tables, Collection<ShardId> shards, Reader reader)
            throws SQLException {
        TextForms.pinLocally(snapshot);
        for (Topology.Table table : tables.stream().sorted(ShardHasher.BY_NAME).toList()) {
            String name = table.schema() + "." + table.name();
            ShardRows.Columns columns = ShardRows.columns(snapshot, table);
            ShardRows.read(snapshot, table, columns, shards, true, (shard, key, content) -> {
                String json = json(columns.key(), key);
                int bucket = sha256().digest((name + "\n" + json).getBytes(StandardCharsets.UTF_8))[0] & 0xFF;
                long hash = first8(sha256().digest(content.getBytes(StandardCharsets.UTF_8)));
                reader.row(shard, bucket, new RowHash(name, json, hash));
            });
        }
    }

    private static String json(List<String> columns, List<String> values) {
        ObjectNode key = JSON.createObjectNode();
        for (int index = 0; index < columns.size(); index++) {
            key.put(columns.get(index), values.get(index));
        }
        return key.toString();
    }

    private static long first8(byte[] digest) {
        return ByteBuffer.wrap(digest).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
