package io.meridian.agent.failover;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this store has of a shard and a later epoch has not: where it lies in the logs, and what was found there. Pure.
 *
 * @see "PROTOCOL 6, alignment (1)"
 */
public final class SurplusOfShard {
    /**
     * A piece of one epoch.
     *
     * @param after empty: from the epoch's OPEN on
     * @param upTo all parts of this transaction, and nothing behind it
     */
    public record Segment(RegionId region, Epoch epoch, Optional<Position> after, Position upTo) {
        /** Positions of records and of heads: the parts of a transaction are one. */
        boolean contains(Position position) {
            return position.incarnation().equals(upTo.incarnation())
                    && Long.compareUnsigned(position.lsn(), upTo.lsn()) <= 0
                    && after.filter(base -> Long.compareUnsigned(position.lsn(), base.lsn()) <= 0)
                            .isEmpty();
        }
    }

    public final ShardId shard;
    public final ShardHead.At from;
    public final Base.At base;
    public final Epoch successor;
    private final List<Segment> segments;
    private final List<Segment> left;
    private final List<Orphan> orphans = new ArrayList<>();
    private final Map<Origin, Epoch> reopened = new LinkedHashMap<>();

    /** @param lineage of what is here */
    public SurplusOfShard(ShardId shard, ShardHead.At from, Base.At base, Epoch successor, Lineage lineage) {
        this.shard = shard;
        this.from = from;
        this.base = base;
        this.successor = successor;
        this.segments = segments(from, base, lineage);
        this.left = new ArrayList<>(segments);
    }

    private static List<Segment> segments(ShardHead.At from, Base.At base, Lineage lineage) {
        List<Segment> segments = new ArrayList<>();
        add(segments, base, from.region(), from.epoch(), from.position());
        for (Base.At lower : lineage.chain(from.epoch())) {
            add(segments, base, lower.region(), lower.epoch(), lower.position());
        }
        return segments;
    }

    private static void add(List<Segment> segments, Base.At base, RegionId region, Epoch epoch, Position upTo) {
        if (epoch.isAbove(base.epoch())) {
            segments.add(new Segment(region, epoch, Optional.empty(), upTo));
        } else if (epoch.equals(base.epoch()) && upTo.compareTo(base.position()) > 0) {
            segments.add(new Segment(region, epoch, Optional.of(base.position()), upTo));
        }
    }

    public List<Segment> segments() {
        return segments;
    }

    /** Of {@code region}'s log, what was not seen to its end yet. */
    public List<Segment> left(RegionId region) {
        return left.stream().filter(segment -> segment.region().equals(region)).toList();
    }

    public boolean isComplete() {
        return left.isEmpty();
    }

    /** A record of {@code segment}'s region, each once and in order. */
    public void take(Segment segment, SourceRecord record) {
        if (segment.contains(record.position())
                && segment.epoch().equals(record.epochs().get(shard))) {
            boolean images = record.tellsImages(shard);
            int index = 0;
            for (var entry : record.entries()) {
                if (entry instanceof Decision decision && decision.shard().equals(shard)) {
                    reopened.put(decision.cause(), segment.epoch());
                } else if (entry instanceof RowChange change && change.shard().equals(shard)) {
                    var origin = new Origin(record.source(), record.position(), shard, index++);
                    if (!images) {
                        orphans.add(new Orphan(
                                origin, segment.epoch(), change, record.commitMicros(), record.partitions()));
                    }
                }
            }
        }
        if (isEnd(segment, record)) {
            left.remove(segment);
        }
    }

    private static boolean isEnd(Segment segment, SourceRecord record) {
        int order = Long.compareUnsigned(record.position().lsn(), segment.upTo().lsn());
        return order > 0 || (order == 0 && record.position().part() == record.parts() - 1);
    }

    /** Whether the record is where the epoch of a segment without a lower end begins. */
    boolean begins(Segment segment, SourceRecord record) {
        return record.entries().stream()
                .anyMatch(entry -> entry instanceof Marker.Open open
                        && open.shard().equals(shard)
                        && open.epoch().equals(segment.epoch()));
    }

    public List<Orphan> orphans() {
        return orphans;
    }

    /** Causes of decisions that count no more. */
    public Map<Origin, Epoch> reopened() {
        return reopened;
    }
}
