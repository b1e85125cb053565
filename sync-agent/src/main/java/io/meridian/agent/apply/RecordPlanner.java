package io.meridian.agent.apply;

import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.conflict.RecordClassifier;
import io.meridian.conflict.ShardEntry;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.Verdict;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;

/** What of a record takes effect here, and what becomes of its shards' heads. Pure. */
public final class RecordPlanner {
    private RecordPlanner() {}

    public sealed interface Plan {
        /**
         * @param rows to apply, in the log's order
         * @param heads that moved
         * @param stops shards of which nothing more is applied, from this record on
         * @param heartbeatMicros the source's time, when the record carries it
         */
        record Apply(
                List<RowChange> rows, Map<ShardId, ShardHead.At> heads, List<Stop> stops, OptionalLong heartbeatMicros)
                implements Plan {}

        /** The record waits for another source's stream. */
        record Await(ShardId shard, Base.At base) implements Plan {}
    }

    public record Stop(ShardId shard, Epoch epoch, String reason) {}

    /**
     * @param heads as they are before the record
     * @param stopped shards of which nothing is applied any more
     */
    public static Plan plan(SourceRecord record, Function<ShardId, ShardHead> heads, Predicate<ShardId> stopped) {
        var work = new Work(record, heads, stopped);
        for (Entry entry : record.entries()) {
            Plan.Await waits = work.add(entry);
            if (waits != null) {
                return waits;
            }
        }
        return new Plan.Apply(work.rows, work.moved, work.stops, work.heartbeatMicros);
    }

    private static final class Work {
        private final SourceRecord record;
        private final Function<ShardId, ShardHead> heads;
        private final Predicate<ShardId> stopped;
        private final List<RowChange> rows = new ArrayList<>();
        private final Map<ShardId, ShardHead.At> moved = new HashMap<>();
        private final List<Stop> stops = new ArrayList<>();
        private OptionalLong heartbeatMicros = OptionalLong.empty();

        Work(SourceRecord record, Function<ShardId, ShardHead> heads, Predicate<ShardId> stopped) {
            this.record = record;
            this.heads = heads;
            this.stopped = stopped;
        }

        Plan.@org.jspecify.annotations.Nullable Await add(Entry entry) {
            return switch (entry) {
                case Entry.Heartbeat beat -> {
                    heartbeatMicros = OptionalLong.of(beat.micros());
                    yield null;
                }
                case Marker.Open open -> entered(open.shard(), new ShardEntry.Open(open.epoch(), open.base()), null);
                case Marker.Close close ->
                    entered(close.shard(), new ShardEntry.Close(close.closes(), close.fenceEpoch()), null);
                case RowChange change -> entered(change.shard(), new ShardEntry.RowChange(epoch(change)), change);
            };
        }

        private Plan.@org.jspecify.annotations.Nullable Await entered(
                ShardId shard, ShardEntry entry, @org.jspecify.annotations.Nullable RowChange change) {
            if (stopped.test(shard)
                    || stops.stream().anyMatch(stop -> stop.shard().equals(shard))) {
                return null;
            }
            ShardHead.At before = moved.get(shard);
            Verdict verdict = RecordClassifier.ofShard(
                    before != null ? before : heads.apply(shard), entry, record.source(), record.position());
            return switch (verdict) {
                case Verdict.History history -> {
                    if (change != null && !applicable(change)) {
                        stop(
                                shard,
                                entry,
                                "a row enters " + change.relation().qualifiedName()
                                        + " with a value that the log does not hold (unchanged, stored apart from its row, while the"
                                        + " sharding key changed); REPLICA IDENTITY FULL keeps such values in the log");
                    } else {
                        moved.put(shard, history.head());
                        if (change != null) {
                            rows.add(change);
                        }
                    }
                    yield null;
                }
                case Verdict.Duplicate _ -> null;
                case Verdict.AwaitsBase awaits -> new Plan.Await(shard, awaits.base());
                case Verdict.OutsideLineage outside -> {
                    stop(shard, entry, outside.reason());
                    yield null;
                }
            };
        }

        /** Rows of the shard that precede it in this record were history and stay; nothing after it is applied. */
        private void stop(ShardId shard, ShardEntry entry, String reason) {
            stops.add(new Stop(
                    shard,
                    switch (entry) {
                        case ShardEntry.RowChange row -> row.epoch();
                        case ShardEntry.Open open -> open.epoch();
                        case ShardEntry.Close close -> close.closes();
                    },
                    reason));
        }

        private Epoch epoch(RowChange change) {
            Epoch epoch = record.epochs().get(change.shard());
            if (epoch == null) {
                throw new IllegalStateException("the record at " + record.position()
                        + " does not tell the epoch of its shard " + change.shard());
            }
            return epoch;
        }

        private static boolean applicable(RowChange change) {
            return !(change instanceof RowChange.Insert insert && insert.row().contains(Value.UNCHANGED));
        }
    }
}
