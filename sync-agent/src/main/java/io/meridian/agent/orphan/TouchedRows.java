package io.meridian.agent.orphan;

import io.meridian.agent.record.RowChange;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code meridian.touched}, as far as rows come from other regions; what is written here the fence's trigger notes. The images that follow a decision are
 * none of it: their row is as old as it was.
 */
public final class TouchedRows {
    private TouchedRows() {}

    /**
     * Notes the keys of those changes whose shard is unclean here, in the caller's transaction.
     *
     * @param epochs of the changes, by shard
     */
    public static void note(Connection store, Map<ShardId, Epoch> epochs, Collection<RowChange> changes)
            throws SQLException {
        Set<ShardId> unclean = changes.isEmpty() ? Set.of() : unclean(store, epochs.keySet());
        if (unclean.isEmpty()) {
            return;
        }
        var keys = new RowKeys(store);
        Set<Touched> touched = new LinkedHashSet<>();
        for (RowChange change : changes) {
            Epoch epoch = epochs.get(change.shard());
            if (epoch != null && unclean.contains(change.shard())) {
                for (String key : keys.of(change)) {
                    touched.add(new Touched(
                            change.shard().number(), change.relation().qualifiedName(), key, epoch.number()));
                }
            }
        }
        write(store, List.copyOf(touched));
    }

    private record Touched(int shard, String relation, String key, long epoch) {}

    private static void write(Connection store, List<Touched> touched) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.touched as t (shard, relation, key, epoch)
                select * from unnest(?::int[], ?::text[], ?::jsonb[], ?::bigint[])
                on conflict (shard, relation, key) do update set epoch = excluded.epoch, at = excluded.at where t.epoch < excluded.epoch
                """)) {
            insert.setArray(
                    1,
                    store.createArrayOf(
                            "int4", touched.stream().map(Touched::shard).toArray()));
            insert.setArray(
                    2,
                    store.createArrayOf(
                            "text", touched.stream().map(Touched::relation).toArray()));
            insert.setArray(
                    3,
                    store.createArrayOf(
                            "text", touched.stream().map(Touched::key).toArray()));
            insert.setArray(
                    4,
                    store.createArrayOf(
                            "int8", touched.stream().map(Touched::epoch).toArray()));
            insert.executeUpdate();
        }
    }

    private static Set<ShardId> unclean(Connection store, Collection<ShardId> shards) throws SQLException {
        try (PreparedStatement query =
                store.prepareStatement("select shard from meridian.unclean where shard = any (?)")) {
            query.setArray(
                    1,
                    store.createArrayOf(
                            "int4", shards.stream().map(ShardId::number).toArray()));
            Set<ShardId> unclean = new HashSet<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    unclean.add(ShardId.of(row.getInt(1)));
                }
            }
            return unclean;
        }
    }
}
