package io.meridian.agent.orphan;

import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What is still to be done with the rows of {@code meridian.orphan}: those that nobody was told of, and those that nobody decided. */
final class OpenOrphans {
    private static final String COLUMNS =
            "source, incarnation, position::text as position, part, shard, index, epoch, content::text as content, partitions,"
                    + " (extract(epoch from committed_at) * 1000000)::bigint as committed_micros";

    private OpenOrphans() {}

    /** Those of shards that are open here, ascending. */
    static List<ShardId> ofOpenShards(Connection store) throws SQLException {
        store.setAutoCommit(true);
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("""
                        select f.shard from meridian.fence f
                        where f.state = 'OPEN' and f.shard in (select o.shard from meridian.orphan o where o.decision is null) order by f.shard
                        """)) {
            List<ShardId> shards = new ArrayList<>();
            while (row.next()) {
                shards.add(ShardId.of(row.getInt(1)));
            }
            return shards;
        }
    }

    /**
     * In the order in which they are decided.
     *
     * @param most beyond it only the rest of the transaction that the last one is of
     * @param mostOfRest of that rest
     */
    static List<Orphan> of(Connection store, ShardId shard, int most, int mostOfRest) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(
                "select " + COLUMNS
                        + " from meridian.orphan where shard = ? and decision is null order by epoch, orphan.position, part, index limit ?")) {
            query.setInt(1, shard.number());
            query.setInt(2, most + mostOfRest);
            List<Orphan> orphans = read(query);
            int end = Math.min(most, orphans.size());
            while (end > 0
                    && end < orphans.size()
                    && LostTransaction.isOfOne(
                            orphans.get(end - 1).origin(), orphans.get(end).origin())) {
                end++;
            }
            return orphans.subList(0, end);
        }
    }

    static List<Orphan> untold(Connection store, int most) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("select " + COLUMNS
                + " from meridian.orphan where not told order by shard, epoch, orphan.position, part, index limit ?")) {
            query.setInt(1, most);
            return read(query);
        }
    }

    static void told(Connection store, Collection<Origin> origins) throws SQLException {
        try (PreparedStatement update = store.prepareStatement(
                "update meridian.orphan o set told = true from unnest(?::text[], ?::text[], ?::pg_lsn[], ?::int[], ?::int[], ?::int[])"
                        + " g (source, incarnation, position, part, shard, index) where (o.source, o.incarnation, o.position, o.part, o.shard, o.index)"
                        + " = (g.source, g.incarnation, g.position, g.part, g.shard, g.index)")) {
            OrphanRows.named(update, 1, origins);
            update.executeUpdate();
        }
    }

    private static List<Orphan> read(PreparedStatement query) throws SQLException {
        List<Orphan> orphans = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                orphans.add(OrphanRows.orphan(row));
            }
        }
        return orphans;
    }
}
