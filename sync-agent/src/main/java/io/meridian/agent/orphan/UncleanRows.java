package io.meridian.agent.orphan;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;

/** {@code meridian.unclean}, and the flag on the lease row that tells the fence's trigger to look there. In the caller's transaction. */
public final class UncleanRows {
    private UncleanRows() {}

    /** @param epochs that are built on a cut, by shard. Before the first write of that epoch takes effect here, or is admitted */
    public static void mark(Connection store, Map<ShardId, Epoch> epochs) throws SQLException {
        if (epochs.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = store.prepareStatement("""
                        insert into meridian.unclean as u (shard, epoch) select * from unnest(?::int[], ?::bigint[])
                        on conflict (shard) do update set epoch = excluded.epoch where u.epoch < excluded.epoch
                        """);
                Statement flag = store.createStatement()) {
            setEpochs(insert, store, epochs);
            insert.executeUpdate();
            flag.execute("update meridian.lease set unclean = true where id = 1 and not unclean");
        }
    }

    /**
     * Shards of which no orphan can come any more: nothing is noted of them from now on, and what was noted is forgotten. Waits a moment at most for
     * whoever marks one.
     *
     * @param stillUnclean by the newest view
     * @param granted newest owned epoch that this view knows, by shard: it says nothing of a shard that was built on a cut since
     * @throws SQLException also when somebody marks shards for longer: to be tried again
     */
    public static void clear(Connection store, Set<ShardId> stillUnclean, Map<ShardId, Epoch> granted)
            throws SQLException {
        if (granted.isEmpty()) {
            return;
        }
        try (Statement lock = store.createStatement();
                PreparedStatement delete = store.prepareStatement("""
                        with settled as (
                            delete from meridian.unclean u using unnest(?::int[], ?::bigint[]) g (shard, epoch)
                            where u.shard = g.shard and u.epoch <= g.epoch and u.shard <> all (?) returning u.shard)
                        delete from meridian.touched t using settled s where t.shard = s.shard
                        """);
                Statement flag = store.createStatement()) {
            lock.execute("set local lock_timeout = 1000");
            // Behind this lock, all that was marked is seen, and nobody marks until the flag tells the truth.
            lock.execute("lock table meridian.unclean in share row exclusive mode");
            setEpochs(delete, store, granted);
            delete.setArray(
                    3,
                    store.createArrayOf(
                            "int4", stillUnclean.stream().map(ShardId::number).toArray()));
            delete.executeUpdate();
            flag.execute(
                    "update meridian.lease set unclean = false where id = 1 and unclean and not exists (select from meridian.unclean)");
        }
    }

    private static void setEpochs(PreparedStatement statement, Connection store, Map<ShardId, Epoch> epochs)
            throws SQLException {
        statement.setArray(
                1,
                store.createArrayOf(
                        "int4", epochs.keySet().stream().map(ShardId::number).toArray()));
        statement.setArray(
                2,
                store.createArrayOf(
                        "int8", epochs.values().stream().map(Epoch::number).toArray()));
    }
}
