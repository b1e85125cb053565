package io.meridian.agent.apply;

import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** A source transaction's shares of one shard, one per part that has any, in order. @param bytes of all of them */
    record Transaction(
            ShardId shard, List<SourceRecord> shares, long bytes, Waiting waiting, String reason, Optional<Skip> skip) {
        SourceRecord first() {
            return shares.getFirst();
        }

        private boolean continuesIn(Transaction next) {
            return shard.equals(next.shard)
                    && first().position().lsn() == next.first().position().lsn();
        }

        private Transaction with(Transaction next) {
            return new Transaction(
                    shard,
                    Stream.concat(shares.stream(), next.shares.stream()).toList(),
                    bytes + next.bytes,
                    next.waiting,
                    next.reason,
                    next.skip.or(() -> skip));
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

    /**
     * Whole transactions, by shard, each shard's in order; none of a shard of which nothing is parked. One query, whatever the number of shards. Its
     * {@code offset 0} keeps the planner, which has no statistics of a table that fills at once, from reading all that is parked (223 ms instead of 1 for 20
     * shards of 500 rows).
     *
     * @param shares of each shard, at most, but for further parts of the last transaction
     * @param bytes of each shard, after which no further transaction begins; at least one comes
     */
    List<Transaction> oldest(Collection<ShardId> shards, int shares, long bytes) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select p.shard, p.record, p.waiting, p.reason, p.skipped_by, p.skip_reason
                from unnest(?::int[]) s (shard)
                cross join lateral (
                    select max(position) as last from (
                        select position, coalesce(sum(length(record)) over (order by position, part
                            rows between unbounded preceding and 1 preceding), 0) as before
                        from (select position, part, record from meridian.parked
                            where source = ? and shard = s.shard order by position, part limit ?) oldest
                    ) sized where before < ?
                ) upto
                cross join lateral (
                    select * from meridian.parked
                    where source = ? and shard = s.shard and position <= upto.last order by position, part offset 0
                ) p
                where p.partition = ?
                order by p.shard, p.position, p.part
                """)) {
            query.setArray(1, numbers(shards.stream()));
            query.setString(2, source.name());
            query.setInt(3, shares);
            query.setLong(4, bytes);
            query.setString(5, source.name());
            query.setInt(6, partition);
            List<Transaction> transactions = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Transaction share = share(row);
                    if (!transactions.isEmpty() && transactions.getLast().continuesIn(share)) {
                        share = transactions.removeLast().with(share);
                    }
                    transactions.add(share);
                }
            }
            return transactions;
        }
    }

    private Transaction share(ResultSet row) throws SQLException {
        byte[] record = row.getBytes("record");
        String by = row.getString("skipped_by");
        return new Transaction(
                ShardId.of(row.getInt("shard")),
                List.of(RecordCodec.fromBytes(record, partition)),
                record.length,
                Waiting.valueOf(row.getString("waiting")),
                row.getString("reason"),
                by == null ? Optional.empty() : Optional.of(new Skip(by, row.getString("skip_reason"))));
    }

    private Array numbers(Stream<ShardId> shards) throws SQLException {
        return store.createArrayOf("int4", shards.map(ShardId::number).toArray());
    }

    void waits(Transaction transaction, RecordPlanner.Hindrance hindrance) throws SQLException {
        try (PreparedStatement update = store.prepareStatement("""
                update meridian.parked set waiting = ?, reason = ? where source = ? and shard = ? and position = ?::pg_lsn
                """)) {
            update.setString(1, hindrance.waiting().name());
            update.setString(2, hindrance.reason());
            update.setString(3, source.name());
            update.setInt(4, transaction.shard().number());
            update.setString(5, transaction.first().position().lsnText());
            update.executeUpdate();
        }
    }

    /**
     * They took effect, or were passed over.
     *
     * @throws IllegalStateException not all of it is there any more, or more of it
     */
    void remove(List<Transaction> transactions) throws SQLException {
        try (PreparedStatement delete = store.prepareStatement("""
                delete from meridian.parked p using unnest(?::int[], ?::pg_lsn[]) g (shard, position)
                where p.source = ? and p.shard = g.shard and p.position = g.position
                """)) {
            delete.setArray(1, numbers(transactions.stream().map(Transaction::shard)));
            delete.setArray(
                    2,
                    store.createArrayOf(
                            "pg_lsn",
                            transactions.stream()
                                    .map(one -> one.first().position().lsnText())
                                    .toArray()));
            delete.setString(3, source.name());
            int removed = delete.executeUpdate();
            int shares =
                    transactions.stream().mapToInt(one -> one.shares().size()).sum();
            if (removed != shares) {
                throw new IllegalStateException("of " + shares + " parked shares of " + source + "/" + partition
                        + " that took effect " + removed + " were there: another applier is at work");
            }
        }
    }

    /** Keeps what a person decided shall not take effect. */
    void keepSkipped(Transaction transaction) throws SQLException {
        try (PreparedStatement insert = store.prepareStatement("""
                insert into meridian.skipped
                    (source, shard, incarnation, position, part, epoch, reason, record, skipped_by, skip_reason)
                select source, shard, incarnation, position, part, epoch, reason, record,
                    max(skipped_by) over (), max(skip_reason) over ()
                from meridian.parked where source = ? and shard = ? and position = ?::pg_lsn
                """)) {
            insert.setString(1, source.name());
            insert.setInt(2, transaction.shard().number());
            insert.setString(3, transaction.first().position().lsnText());
            insert.executeUpdate();
        }
    }
}
