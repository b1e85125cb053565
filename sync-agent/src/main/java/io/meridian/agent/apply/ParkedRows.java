package io.meridian.agent.apply;

import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code meridian.parked} and {@code meridian.skipped}, as far as one partition of one source is concerned. */
final class ParkedRows {
    private final Connection store;
    private final RegionId source;
    private final int partition;

    ParkedRows(Connection store, RegionId source, int partition) {
        this.store = store;
        this.source = source;
        this.partition = partition;
    }

    /** @param bytes of all that is parked of the shard */
    record Summary(ShardId shard, Waiting first, String reason, long bytes) {}

    /** The shares of the shard's oldest parked transaction, one per part, in order. */
    record Oldest(List<SourceRecord> shares, Waiting waiting, String reason, Optional<Skip> skip) {
        SourceRecord first() {
            return shares.getFirst();
        }
    }

    record Skip(String by, String reason) {}

    List<Summary> load() throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select distinct on (shard) shard, waiting, reason, sum(length(record)) over (partition by shard) as bytes
                from meridian.parked where source = ? and partition = ? order by shard, position, part
                """)) {
            query.setString(1, source.name());
            query.setInt(2, partition);
            List<Summary> shards = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    shards.add(new Summary(
                            ShardId.of(row.getInt("shard")),
                            Waiting.valueOf(row.getString("waiting")),
                            row.getString("reason"),
                            row.getLong("bytes")));
                }
            }
            return shards;
        }
    }

    /** @return bytes that it takes there */
    long add(SourceRecord record, RecordPlanner.Park park) throws SQLException {
        byte[] share = RecordCodec.toBytes(record.shareOf(park.shard()));
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.parked
                    (source, partition, shard, incarnation, position, part, epoch, waiting, reason, record)
                values (?, ?, ?, ?, ?::pg_lsn, ?, ?, ?, ?, ?)
                """)) {
            insert.setString(1, source.name());
            insert.setInt(2, partition);
            insert.setInt(3, park.shard().number());
            insert.setString(4, record.position().incarnation());
            insert.setString(5, record.position().lsnText());
            insert.setInt(6, record.position().part());
            insert.setLong(7, park.epoch().number());
            insert.setString(8, park.waiting().name());
            insert.setString(9, park.reason());
            insert.setBytes(10, share);
            insert.executeUpdate();
        }
        return share.length;
    }

    Optional<Oldest> oldest(ShardId shard) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select record, waiting, reason, skipped_by, skip_reason from meridian.parked p
                where source = ? and shard = ? and partition = ?
                and position = (select min(position) from meridian.parked where source = p.source and shard = p.shard)
                order by part
                """)) {
            query.setString(1, source.name());
            query.setInt(2, shard.number());
            query.setInt(3, partition);
            List<SourceRecord> shares = new ArrayList<>();
            Waiting waiting = Waiting.BEHIND;
            String reason = "";
            Optional<Skip> skip = Optional.empty();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    shares.add(RecordCodec.fromBytes(row.getBytes("record"), partition));
                    waiting = Waiting.valueOf(row.getString("waiting"));
                    reason = row.getString("reason");
                    String by = row.getString("skipped_by");
                    skip = by == null ? skip : Optional.of(new Skip(by, row.getString("skip_reason")));
                }
            }
            return shares.isEmpty() ? Optional.empty() : Optional.of(new Oldest(shares, waiting, reason, skip));
        }
    }

    void waits(SourceRecord share, ShardId shard, RecordPlanner.Hindrance hindrance) throws SQLException {
        try (PreparedStatement update = store.prepareStatement("""
                update meridian.parked set waiting = ?, reason = ? where source = ? and shard = ? and position = ?::pg_lsn
                """)) {
            update.setString(1, hindrance.waiting().name());
            update.setString(2, hindrance.reason());
            update.setString(3, source.name());
            update.setInt(4, shard.number());
            update.setString(5, share.position().lsnText());
            update.executeUpdate();
        }
    }

    /** The share took effect, or was passed over. */
    void remove(SourceRecord share, ShardId shard) throws SQLException {
        change("delete from meridian.parked where source = ? and shard = ? and position = ?::pg_lsn", share, shard);
    }

    /** Keeps what a person decided shall not take effect. */
    void keepSkipped(SourceRecord share, ShardId shard) throws SQLException {
        change("""
                insert into meridian.skipped
                    (source, shard, incarnation, position, part, epoch, reason, record, skipped_by, skip_reason)
                select source, shard, incarnation, position, part, epoch, reason, record,
                    max(skipped_by) over (), max(skip_reason) over ()
                from meridian.parked where source = ? and shard = ? and position = ?::pg_lsn
                """, share, shard);
    }

    private void change(String sql, SourceRecord share, ShardId shard) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(sql)) {
            statement.setString(1, source.name());
            statement.setInt(2, shard.number());
            statement.setString(3, share.position().lsnText());
            statement.executeUpdate();
        }
    }
}
