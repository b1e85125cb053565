package io.meridian.agent.apply;

import io.meridian.agent.failover.LossView;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shards that may be unclean here, or have orphans: for all others a group costs no question about either. Rather one too many than one too few. Safe
 * for any thread.
 */
public final class DisputedShards {
    private final Set<ShardId> shards = ConcurrentHashMap.newKeySet();
    private final LossView view;

    public DisputedShards(LossView view) {
        this.view = view;
    }

    void load(Connection store) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("""
                        select shard from meridian.unclean
                        union select shard from meridian.orphan where decision is null
                        """)) {
            while (row.next()) {
                shards.add(ShardId.of(row.getInt(1)));
            }
        }
    }

    public void add(ShardId shard) {
        shards.add(shard);
    }

    boolean contains(ShardId shard) {
        return shards.contains(shard) || view.orders().unclean().contains(shard);
    }

    boolean isEmpty() {
        return shards.isEmpty() && view.orders().unclean().isEmpty();
    }

    /** Nothing can come of them any more. */
    public void settled(Collection<ShardId> settled) {
        shards.removeAll(settled);
    }
}
