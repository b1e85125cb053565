package io.meridian.agent.apply;

import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.store.HeadRows;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Shards of which this region applies nothing more, whatever the source, until a person has looked. Safe for any thread. */
public final class StoppedShards {
    private static final Logger LOG = Logger.getLogger(StoppedShards.class);

    /** Must return at once. */
    @FunctionalInterface
    public interface Listener {
        void shardStopped(ShardId shard, RegionId source, String reason);
    }

    private final Set<ShardId> stopped = ConcurrentHashMap.newKeySet();
    private final Listener listener;

    public StoppedShards(Listener listener) {
        this.listener = listener;
    }

    /** Those that were stopped before this process began. */
    public void load(Connection store) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("select shard, source, reason from meridian.stopped")) {
            while (row.next()) {
                var shard = ShardId.of(row.getInt("shard"));
                if (stopped.add(shard)) {
                    listener.shardStopped(shard, RegionId.of(row.getString("source")), row.getString("reason"));
                }
            }
        }
    }

    /** After the commit that removed its row: it is taken anew. */
    public void forget(ShardId shard) {
        stopped.remove(shard);
    }

    /**
     * A shard of which records were passed over, without one that shows it. In the running transaction.
     *
     * @return to be run after its commit
     */
    public Runnable stop(Connection store, ShardId shard, RegionId source, String reason) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.stopped (shard, source, epoch, position, copy_offset, reason)
                select ?, ?, coalesce(h.epoch, 0), coalesce(h.position, '0/0'), -1, ?
                from (select) one left join meridian.head h on h.shard = ? where true on conflict do nothing
                """)) {
            insert.setInt(1, shard.number());
            insert.setString(2, source.name());
            insert.setString(3, reason);
            insert.setInt(4, shard.number());
            insert.execute();
        }
        return () -> {
            if (stopped.add(shard)) {
                LOG.errorf(
                        "shard stopped, a person must look at it shard=%s source=%s reason=%s", shard, source, reason);
                listener.shardStopped(shard, source, reason);
            }
        };
    }

    boolean contains(ShardId shard) {
        return stopped.contains(shard);
    }

    /** In the transaction that applies the rest of the record, after its heads moved. */
    static void write(Connection store, SourceRecord record, long copyOffset, List<RecordPlanner.Stop> stops)
            throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("""
                insert into meridian.stopped (shard, source, epoch, position, copy_offset, reason)
                values (?, ?, ?, ?::pg_lsn, ?, ?) on conflict do nothing
                """)) {
            for (RecordPlanner.Stop stop : stops) {
                statement.setInt(1, stop.shard().number());
                statement.setString(2, record.source().name());
                statement.setLong(3, stop.epoch().number());
                statement.setString(4, record.position().lsnText());
                statement.setLong(5, copyOffset);
                statement.setString(6, stop.reason());
                statement.addBatch();
            }
            statement.executeBatch();
        }
        HeadRows.breakOff(store, stops.stream().map(RecordPlanner.Stop::shard).toList());
    }

    /** After that transaction's commit. */
    void committed(SourceRecord record, long copyOffset, List<RecordPlanner.Stop> stops) {
        for (RecordPlanner.Stop stop : stops) {
            if (stopped.add(stop.shard())) {
                LOG.errorf(
                        "shard stopped, a person must look at it shard=%s source=%s epoch=%s position=%s copy_offset=%d reason=%s",
                        stop.shard(), record.source(), stop.epoch(), record.position(), copyOffset, stop.reason());
                listener.shardStopped(stop.shard(), record.source(), stop.reason());
            }
        }
    }
}
