package io.meridian.agent.apply;

import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.MergeChange;
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
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What of a record takes effect here, what waits, and what becomes of its shards' heads. Pure. PROTOCOL 4. */
public final class RecordPlanner {
    private RecordPlanner() {}

    /** What is known of the shards before the record. */
    public interface Shards {
        ShardHead head(ShardId shard);

        /** Nothing of it is applied any more. */
        boolean stopped(ShardId shard);

        /** Why its share of the record cannot take effect whatever its head is; empty: nothing speaks against it. */
        Optional<Hindrance> hindrance(ShardId shard);
    }

    /** @param reason for people, without shard and source */
    public record Hindrance(Waiting waiting, String reason) {}

    /** Whether an OPEN may keep all that follows it in the partition waiting for its base. */
    public enum Patience {
        WAIT,
        PARK
    }

    public sealed interface Plan {
        /**
         * @param rows to apply, in the log's order
         * @param merges of rows that any region may write, in the log's order
         * @param heads that moved
         * @param stops shards of which nothing more is applied, from this record on
         * @param parks shards whose whole share of the record waits
         * @param heartbeatMicros the source's time, when the record carries it
         */
        record Apply(
                List<RowChange> rows,
                List<MergeChange> merges,
                Map<ShardId, ShardHead.At> heads,
                List<Stop> stops,
                List<Park> parks,
                OptionalLong heartbeatMicros)
                implements Plan {
            boolean hasEffect() {
                return !rows.isEmpty() || !merges.isEmpty() || !heads.isEmpty() || !stops.isEmpty() || !parks.isEmpty();
            }
        }

        /** The record waits for another source's stream. */
        record Await(ShardId shard, Base.At base) implements Plan {}
    }

    public record Stop(ShardId shard, Epoch epoch, String reason) {}

    public record Park(ShardId shard, Epoch epoch, Waiting waiting, String reason) {}

    public static Plan plan(SourceRecord record, Shards shards, Patience patience) {
        var work = new Work(record, shards, patience);
        for (Entry entry : record.entries()) {
            Plan.Await waits = work.add(entry);
            if (waits != null) {
                return waits;
            }
        }
        return new Plan.Apply(
                work.rows, work.merges, work.moved, work.stops, List.copyOf(work.parks.values()), work.heartbeatMicros);
    }

    private static final class Work {
        private final SourceRecord record;
        private final Shards shards;
        private final Patience patience;
        /** All parts of a transaction are one thing to their shards. */
        private final Position position;

        private final List<RowChange> rows = new ArrayList<>();
        private final List<MergeChange> merges = new ArrayList<>();
        private final Map<ShardId, ShardHead.At> moved = new HashMap<>();
        private final List<Stop> stops = new ArrayList<>();
        private final Map<ShardId, Park> parks = new LinkedHashMap<>();
        private OptionalLong heartbeatMicros = OptionalLong.empty();

        Work(SourceRecord record, Shards shards, Patience patience) {
            this.record = record;
            this.shards = shards;
            this.patience = patience;
            this.position = new Position(
                    record.position().incarnation(), record.position().lsn(), 0);
        }

        Plan.@Nullable Await add(Entry entry) {
            return switch (entry) {
                case Entry.Heartbeat beat -> {
                    heartbeatMicros = OptionalLong.of(beat.micros());
                    yield null;
                }
                case MergeChange change -> {
                    merge(change);
                    yield null;
                }
                case Marker.Open open -> entered(open.shard(), new ShardEntry.Open(open.epoch(), open.base()), null);
                case Marker.Close close ->
                    entered(close.shard(), new ShardEntry.Close(close.closes(), close.fenceEpoch()), null);
                case RowChange change -> entered(change.shard(), new ShardEntry.RowChange(epoch(change)), change);
            };
        }

        /**
         * It asks for no lineage, so a stopped shard does not stop it: nobody would tell of it again. It is parked with its shard, though. What was planned of
         * the shard before is in the parked share once more, and merged twice is merged once.
         */
        private void merge(MergeChange change) {
            Optional<Hindrance> hindrance = shards.hindrance(change.shard());
            if (hindrance.isPresent()) {
                parks.putIfAbsent(
                        change.shard(),
                        new Park(
                                change.shard(),
                                Epoch.NEVER,
                                hindrance.get().waiting(),
                                hindrance.get().reason()));
            } else if (!parks.containsKey(change.shard())) {
                merges.add(change);
            }
        }

        private Plan.@Nullable Await entered(ShardId shard, ShardEntry entry, @Nullable RowChange change) {
            if (parks.containsKey(shard)
                    || shards.stopped(shard)
                    || stops.stream().anyMatch(stop -> stop.shard().equals(shard))) {
                return null;
            }
            Optional<Hindrance> hindrance = shards.hindrance(shard);
            if (hindrance.isPresent()) {
                park(shard, entry, hindrance.get());
                return null;
            }
            ShardHead.At before = moved.get(shard);
            Verdict verdict = RecordClassifier.ofShard(
                    before != null ? before : shards.head(shard), entry, record.source(), position);
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
                case Verdict.AwaitsBase awaits ->
                    switch (patience) {
                        case WAIT -> new Plan.Await(shard, awaits.base());
                        case PARK -> {
                            park(shard, entry, awaited(awaits.base()));
                            yield null;
                        }
                    };
                case Verdict.OutsideLineage outside -> {
                    stop(shard, entry, outside.reason());
                    yield null;
                }
            };
        }

        private static Hindrance awaited(Base.At base) {
            return new Hindrance(
                    Waiting.BARRIER,
                    "it builds on epoch " + base.epoch() + " of " + base.region() + " at " + base.position()
                            + ", which has not come");
        }

        private void park(ShardId shard, ShardEntry entry, Hindrance hindrance) {
            parks.put(shard, new Park(shard, epoch(entry), hindrance.waiting(), hindrance.reason()));
        }

        /** Rows of the shard that precede it in this record were history and stay; nothing after it is applied. */
        private void stop(ShardId shard, ShardEntry entry, String reason) {
            stops.add(new Stop(shard, epoch(entry), reason));
        }

        private static Epoch epoch(ShardEntry entry) {
            return switch (entry) {
                case ShardEntry.RowChange row -> row.epoch();
                case ShardEntry.Open open -> open.epoch();
                case ShardEntry.Close close -> close.closes();
            };
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
