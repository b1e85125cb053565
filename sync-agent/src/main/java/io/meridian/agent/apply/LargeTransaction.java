package io.meridian.agent.apply;

import io.meridian.agent.record.SourceRecord;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Position;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source transaction that comes in several parts: what is known of it while they are seen, and then applied as one. A part's rows are let go as
 * soon as they are written.
 */
final class LargeTransaction {
    private final long firstOffset;
    private final CommittedShards before;
    private final Map<ShardId, RecordPlanner.Hindrance> refused = new HashMap<>();
    private final List<ApplyGroup.Item> asides = new ArrayList<>();
    private ShardsAhead ahead;
    private Optional<Position> reached = Optional.empty();
    private boolean beingSeen = true;
    private boolean byShard;
    /** Before the next try. */
    Duration pause = Duration.ofMillis(100);

    /** @param firstOffset of its first part in the copy log */
    LargeTransaction(SourceRecord first, long firstOffset, CommittedShards before) {
        if (first.position().part() != 0) {
            throw new IllegalStateException("part " + first.position().part() + " of the transaction at "
                    + first.position() + " follows another transaction: part 0 is missing");
        }
        this.firstOffset = firstOffset;
        this.before = before;
        this.ahead = new ShardsAhead(before);
    }

    long firstOffset() {
        return firstOffset;
    }

    /** Position of its last part that was seen, or applied; empty: none yet. */
    Optional<Position> reached() {
        return reached;
    }

    boolean isBeingSeen() {
        return beingSeen;
    }

    void seen(Position part) {
        reached = Optional.of(part);
    }

    /** From its first part on, once more. */
    void begin() {
        beingSeen = false;
        reached = Optional.empty();
        ahead = new ShardsAhead(before.refusing(refused));
        asides.clear();
    }

    /** @return false: that was so already */
    boolean byShardFromNowOn() {
        boolean news = !byShard;
        byShard = true;
        return news;
    }

    void refuse(ShardId shard, String reason) {
        refused.put(shard, new RecordPlanner.Hindrance(Waiting.REFUSED, reason));
    }

    /** Rows only are ever cut, so no part waits for a base. */
    ApplyGroup.Item plan(SourceRecord part, long copyOffset, int bytes) {
        var plan = (RecordPlanner.Plan.Apply) RecordPlanner.plan(part, ahead, RecordPlanner.Patience.PARK);
        return new ApplyGroup.Item(part, copyOffset, bytes, plan);
    }

    void append(GroupWriter writer, ApplyGroup.Item part) throws SQLException {
        if (byShard) {
            writer.appendByShard(part);
        } else {
            writer.append(part);
        }
        ahead.add(part.plan());
        reached = Optional.of(part.record().position());
        if (!part.plan().stops().isEmpty() || !part.plan().parks().isEmpty()) {
            asides.add(part.withoutRows());
        }
    }

    Map<ShardId, ShardHead.At> heads() {
        return ahead.moved();
    }

    /** Parts of which something was stopped or parked. */
    List<ApplyGroup.Item> asides() {
        return asides;
    }
}
