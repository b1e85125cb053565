package io.meridian.agent.store;

import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The marks of {@code meridian.head} in memory: which shards' heads may not go on. Never more permissive than the rows: whoever makes a mark stricter
 * puts it here before the commit, whoever loosens it afterwards. Safe for any thread.
 *
 * @see "PROTOCOL 6"
 */
public final class FrozenShards {
    /** The last record that may take effect. Of one epoch all positions are of one log. */
    public record Limit(Epoch epoch, long lsn) {
        public Limit(Base.At base) {
            this(base.epoch(), base.position().lsn());
        }

        boolean allows(Epoch other, Position there) {
            return epoch.isAbove(other) || (epoch.equals(other) && Long.compareUnsigned(there.lsn(), lsn) <= 0);
        }
    }

    /**
     * @param epoch no record of it or of an earlier one takes effect beyond the limit
     * @param limit empty: no such record at all
     */
    public record Mark(String run, int attempt, Epoch epoch, Optional<Limit> limit) {
        boolean holds(Epoch next, Position position) {
            return !next.isAbove(epoch)
                    && limit.filter(last -> last.allows(next, position)).isEmpty();
        }
    }

    private final Map<ShardId, Mark> marks = new ConcurrentHashMap<>();
    /** Epoch for which a head was turned back. */
    private final Map<ShardId, Epoch> turned = new ConcurrentHashMap<>();

    private final AtomicLong version = new AtomicLong();

    /** Takes in what the store holds of shards that nothing is known of here. */
    public void load(Connection store) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("""
                        select shard, frozen_run, frozen_attempt, frozen_epoch, cut_epoch, cut_position::text as cut_position, turned_for
                        from meridian.head where frozen_epoch is not null or turned_for is not null
                        """)) {
            while (row.next()) {
                ShardId shard = ShardId.of(row.getInt("shard"));
                if (row.getObject("frozen_epoch") != null) {
                    marks.putIfAbsent(shard, mark(row));
                }
                long successor = row.getLong("turned_for");
                if (!row.wasNull()) {
                    turned.putIfAbsent(shard, Epoch.of(successor));
                }
            }
        }
        version.incrementAndGet();
    }

    /** Of a row with its columns by their names. */
    public static Mark mark(ResultSet row) throws SQLException {
        String cut = row.getString("cut_position");
        return new Mark(
                row.getString("frozen_run"),
                row.getInt("frozen_attempt"),
                Epoch.of(row.getLong("frozen_epoch")),
                cut == null
                        ? Optional.empty()
                        : Optional.of(new Limit(
                                Epoch.of(row.getLong("cut_epoch")),
                                LogSequenceNumber.valueOf(cut).asLong())));
    }

    /** Before the commit that makes it stricter, or after the one that loosens it. */
    public void mark(ShardId shard, Mark mark) {
        marks.put(shard, mark);
        version.incrementAndGet();
    }

    /** Their rows have another mark, or none: what the rows say is loaded when it matters. */
    public void forget(Collection<ShardId> shards) {
        shards.forEach(marks::remove);
        version.incrementAndGet();
    }

    public Optional<Mark> mark(ShardId shard) {
        return Optional.ofNullable(marks.get(shard));
    }

    public Map<ShardId, Mark> marks() {
        return Map.copyOf(marks);
    }

    /** Before the commit. @param successor epoch on whose base the head is now */
    public void turn(ShardId shard, Epoch successor) {
        turned.put(shard, successor);
        version.incrementAndGet();
    }

    /** The epoch that must begin before anything else takes effect. */
    public Optional<Epoch> turnedFor(ShardId shard) {
        return Optional.ofNullable(turned.get(shard));
    }

    /** After the commit of these heads: what they leave behind holds nobody any more. */
    public void passed(Map<ShardId, ShardHead.At> committed) {
        if (marks.isEmpty() && turned.isEmpty()) {
            return;
        }
        boolean gone = false;
        for (var entry : committed.entrySet()) {
            Epoch epoch = entry.getValue().epoch();
            Mark mark = marks.get(entry.getKey());
            gone |= mark != null && epoch.isAbove(mark.epoch()) && marks.remove(entry.getKey(), mark);
            Epoch successor = turned.get(entry.getKey());
            gone |= successor != null && !successor.isAbove(epoch) && turned.remove(entry.getKey(), successor);
        }
        if (gone) {
            version.incrementAndGet();
        }
    }

    /** Whether the shard's head may not become this one now. The same rule as in {@link HeadRows#WRITE}. */
    public boolean holds(ShardId shard, ShardHead.At next) {
        if (isTurnedFrom(shard, next.epoch())) {
            return true;
        }
        Mark mark = marks.isEmpty() ? null : marks.get(shard);
        return mark != null && mark.holds(next.epoch(), next.position());
    }

    /** Whether the head was turned back for a later epoch than this one. */
    public boolean isTurnedFrom(ShardId shard, Epoch epoch) {
        Epoch successor = turned.isEmpty() ? null : turned.get(shard);
        return successor != null && successor.isAbove(epoch);
    }

    /** Changes with every mark. */
    public long version() {
        return version.get();
    }
}
