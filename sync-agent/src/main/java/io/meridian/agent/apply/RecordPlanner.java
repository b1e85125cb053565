package io.meridian.agent.apply;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Revision;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SeedMark;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.seeding.Taking;
import io.meridian.conflict.KnownLineage;
import io.meridian.conflict.RecordClassifier;
import io.meridian.conflict.ShardEntry;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.Verdict;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Lineage;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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

        /** The head may not become this one now, for its owner was lost. */
        default boolean frozen(ShardId shard, ShardHead.At next) {
            return false;
        }

        /** The head was turned back, and nothing of this epoch takes effect before a later one has begun. */
        default boolean turnedFrom(ShardId shard, Epoch epoch) {
            return false;
        }

        /** It is taken anew; empty: it is not. */
        default Optional<Taking> taking(ShardId shard) {
            return Optional.empty();
        }

        /** It has no history here, and will be taken anew: this store is new. */
        default boolean awaitsTaking(ShardId shard) {
            return false;
        }

        /** Empty: whatever is not plain by the head alone stops the shard. */
        default Optional<KnownLineage> known(ShardId shard) {
            return Optional.empty();
        }
    }

    static final Hindrance FROZEN =
            new Hindrance(Waiting.FROZEN, "the shard's owner was lost, and whether this still counts is not decided");

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
         * @param opened epochs that began
         * @param stops shards of which nothing more is applied, from this record on
         * @param parks shards whose whole share of the record waits
         * @param heartbeatMicros the source's time, when the record carries it
         */
        record Apply(
                List<RowChange> rows,
                List<MergeChange> merges,
                Map<ShardId, ShardHead.At> heads,
                List<Opened> opened,
                Strays strays,
                Seeds seeds,
                List<Stop> stops,
                List<Park> parks,
                OptionalLong heartbeatMicros)
                implements Plan {
            boolean hasEffect() {
                return !rows.isEmpty()
                        || !seeds.isEmpty()
                        || !merges.isEmpty()
                        || !heads.isEmpty()
                        || !stops.isEmpty()
                        || !parks.isEmpty()
                        || !strays.isEmpty();
            }
        }

        /** The record waits for another source's stream. */
        record Await(ShardId shard, Base.At base) implements Plan {}
    }

    public record Stop(ShardId shard, Epoch epoch, String reason) {}

    /** @param verdict of an OPEN that waits for its base, or until this store has no more than that */
    public record Park(ShardId shard, Epoch epoch, Waiting waiting, String reason, Optional<Verdict> verdict) {
        Park(ShardId shard, Epoch epoch, Hindrance hindrance) {
            this(shard, epoch, hindrance.waiting(), hindrance.reason(), Optional.empty());
        }
    }

    /** @param onCut what it builds on is no CLOSE of the epoch before: writes of that epoch may come up that are not in it */
    public record Opened(Ownership.Grant grant, boolean onCut) {}

    public static Plan plan(SourceRecord record, Shards shards, Patience patience) {
        var work = new Work(record, shards, patience);
        for (Entry entry : record.entries()) {
            Plan.Await waits = work.add(entry);
            if (waits != null) {
                return waits;
            }
        }
        return new Plan.Apply(
                work.rows,
                work.merges,
                work.moved,
                work.opened,
                work.strays(),
                work.seeds(),
                work.stops,
                List.copyOf(work.parks.values()),
                work.heartbeatMicros);
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
        private final List<Opened> opened = new ArrayList<>();
        private final List<Orphan> found = new ArrayList<>();
        private final List<Orphan> told = new ArrayList<>();
        private final List<Decision> decisions = new ArrayList<>();
        private final List<Revision> revisions = new ArrayList<>();
        private final Map<Origin, Epoch> reopened = new LinkedHashMap<>();
        private final List<Stop> stops = new ArrayList<>();
        private final Map<ShardId, Park> parks = new LinkedHashMap<>();
        private final List<SeedMark> marks = new ArrayList<>();
        private final Set<ShardId> lenient = new LinkedHashSet<>();
        private final Map<ShardId, Seeds.Failed> failed = new LinkedHashMap<>();
        private OptionalLong heartbeatMicros = OptionalLong.empty();
        /** Of each row change, where it stands among its shard's in the record; made when one of them is an orphan. */
        private @Nullable Map<RowChange, Integer> indices;

        Work(SourceRecord record, Shards shards, Patience patience) {
            this.record = record;
            this.shards = shards;
            this.patience = patience;
            this.position = first(record.position());
        }

        private static Position first(Position position) {
            return new Position(position.incarnation(), position.lsn(), 0);
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
                case Orphan orphan -> {
                    told(orphan);
                    yield null;
                }
                case Revision revision -> {
                    revisions.add(revision);
                    yield null;
                }
                case SeedMark mark -> {
                    marked(mark);
                    yield null;
                }
                case Decision decision ->
                    entered(decision.shard(), new ShardEntry.RowChange(epoch(decision.shard())), decision);
                case Marker.Open open -> entered(open.shard(), new ShardEntry.Open(open.epoch(), open.base()), open);
                case Marker.Close close ->
                    entered(close.shard(), new ShardEntry.Close(close.closes(), close.fenceEpoch()), close);
                case RowChange change ->
                    entered(change.shard(), new ShardEntry.RowChange(epoch(change.shard())), change);
            };
        }

        Strays strays() {
            var strays = new Strays(found, told, decisions, revisions, reopened);
            return strays.isEmpty() ? Strays.NONE : strays;
        }

        Seeds seeds() {
            return marks.isEmpty() && lenient.isEmpty() && failed.isEmpty()
                    ? Seeds.NONE
                    : new Seeds(marks, lenient, List.copyOf(failed.values()));
        }

        /** To whom it is not meant it is a record of the shard as any, without effect. */
        private void marked(SeedMark mark) {
            ShardId shard = mark.shard();
            var entry = new ShardEntry.RowChange(epoch(shard));
            Optional<Taking> ours = shards.taking(shard)
                    .filter(taking -> taking.is(mark.of()) && taking.owner().equals(record.source()));
            if (ours.isEmpty()) {
                entered(shard, entry, mark);
            } else if (mark instanceof SeedMark.Begin && ours.get().phase() == Taking.Phase.PREPARED) {
                if (shards.frozen(shard, new ShardHead.At(epoch(shard), record.source(), position, false))) {
                    fail(shard, ours.get(), "its owner was lost");
                } else {
                    marks.add(mark);
                }
            } else if (!(mark instanceof SeedMark.Begin) && ours.get().phase() == Taking.Phase.RECEIVING) {
                entered(shard, entry, mark);
                if (!failed.containsKey(shard)) {
                    marks.add(mark);
                }
            }
        }

        /**
         * Until the attempt begins, and when it failed, what comes is passed over: the shard's rows will be taken anew. What became of an orphan is said once
         * only, and concerns no row here.
         */
        private void taken(ShardId shard, ShardEntry entry, Entry effect, Taking taking) {
            if (!taking.phase().applies() || failed.containsKey(shard)) {
                passOver(effect);
                return;
            }
            Optional<Hindrance> hindrance = shards.hindrance(shard).filter(one -> one.waiting() == Waiting.REFUSED);
            if (hindrance.isPresent()) {
                fail(
                        shard,
                        taking,
                        "this region's store refuses it: " + hindrance.get().reason());
                return;
            }
            ShardHead.At before = moved.get(shard);
            ShardHead head = before != null ? before : shards.head(shard);
            ShardHead whole = head instanceof ShardHead.Broken(ShardHead.At last) ? last : head;
            switch (RecordClassifier.ofShard(whole, entry, record.source(), position, () -> shards.known(shard))) {
                case Verdict.History history
                when effect instanceof Marker || shards.frozen(shard, history.head()) ->
                    fail(
                            shard,
                            taking,
                            effect instanceof Marker
                                    ? "its owner closed it before all was told"
                                    : "its owner was lost before all was told");
                case Verdict.History history -> {
                    moved.put(shard, history.head());
                    lenient.add(shard);
                    takesEffect(effect, whole);
                }
                case Verdict.Duplicate _ -> {}
                case Verdict.Orphan _ -> orphan(shard, effect);
                case Verdict.Surplus _, Verdict.AwaitsBase _ ->
                    fail(shard, taking, "epoch " + epoch(entry) + " was opened before all was told");
                case Verdict.OutsideLineage outside -> fail(shard, taking, outside.reason());
            }
        }

        private void passOver(Entry effect) {
            if (effect instanceof Decision decision) {
                decisions.add(decision);
            }
        }

        private void fail(ShardId shard, Taking taking, String reason) {
            failed.put(shard, new Seeds.Failed(shard, taking.id(), taking.attempt(), reason));
        }

        /**
         * It asks for no head, and neither what waits of its shard nor a stop concerns it: nobody would tell of it again. Where the head is still in its epoch, or
         * before, a lineage that this region has not heard of says that it is one.
         */
        private void told(Orphan orphan) {
            ShardId shard = orphan.origin().shard();
            ShardHead head = moved.containsKey(shard) ? moved.get(shard) : shards.head(shard);
            ShardHead.At at = head instanceof ShardHead.Broken(ShardHead.At last)
                    ? last
                    : head instanceof ShardHead.At whole ? whole : null;
            boolean history = at != null
                    && at.epoch().isAbove(orphan.epoch())
                    && shards.known(shard)
                            .filter(known -> known.lineage()
                                            .standing(
                                                    orphan.epoch(),
                                                    first(orphan.origin().position()),
                                                    at.epoch())
                                    instanceof Lineage.Standing.History)
                            .isPresent();
            if (!history) {
                told.add(orphan);
            }
        }

        /**
         * It asks for no lineage, so a stopped shard does not stop it: nobody would tell of it again. It is parked with its shard, though. What was planned of
         * the shard before is in the parked share once more, and merged twice is merged once.
         */
        private void merge(MergeChange change) {
            Optional<Hindrance> hindrance = shards.hindrance(change.shard());
            if (hindrance.isPresent()) {
                parks.putIfAbsent(change.shard(), new Park(change.shard(), Epoch.NEVER, hindrance.get()));
            } else if (!parks.containsKey(change.shard())) {
                merges.add(change);
            }
        }

        private Plan.@Nullable Await entered(ShardId shard, ShardEntry entry, Entry effect) {
            Optional<Taking> taking = shards.taking(shard);
            if (taking.isPresent()) {
                taken(shard, entry, effect, taking.get());
                return null;
            }
            if (shards.awaitsTaking(shard)) {
                passOver(effect);
                return null;
            }
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
            if (shards.turnedFrom(shard, epoch(entry))) {
                park(shard, entry, FROZEN);
                return null;
            }
            ShardHead.At before = moved.get(shard);
            ShardHead head = before != null ? before : shards.head(shard);
            Verdict verdict =
                    RecordClassifier.ofShard(head, entry, record.source(), position, () -> shards.known(shard));
            return switch (verdict) {
                case Verdict.History history
                when shards.frozen(shard, history.head()) -> {
                    park(shard, entry, FROZEN);
                    yield null;
                }
                case Verdict.History history -> {
                    if (effect instanceof RowChange change && !applicable(change)) {
                        stop(
                                shard,
                                entry,
                                "a row enters " + change.relation().qualifiedName()
                                        + " with a value that the log does not hold (unchanged, stored apart from its row, while the"
                                        + " sharding key changed); REPLICA IDENTITY FULL keeps such values in the log");
                    } else {
                        moved.put(shard, history.head());
                        takesEffect(effect, head);
                    }
                    yield null;
                }
                case Verdict.Duplicate _ -> null;
                case Verdict.AwaitsBase awaits ->
                    switch (patience) {
                        case WAIT -> new Plan.Await(shard, awaits.base());
                        case PARK -> {
                            barrier(shard, entry, awaited(awaits.base()), awaits);
                            yield null;
                        }
                    };
                case Verdict.Surplus surplus -> {
                    if (shards.frozen(shard, new ShardHead.At(epoch(entry), record.source(), position, false))) {
                        park(shard, entry, FROZEN);
                    } else {
                        surplus(shard, entry, surplus);
                    }
                    yield null;
                }
                case Verdict.Orphan _ -> {
                    orphan(shard, effect);
                    yield null;
                }
                case Verdict.OutsideLineage outside -> {
                    stop(shard, entry, outside.reason());
                    yield null;
                }
            };
        }

        private void takesEffect(Entry effect, ShardHead before) {
            switch (effect) {
                case RowChange change -> rows.add(change);
                case Decision decision -> decisions.add(decision);
                case Marker.Open open ->
                    opened.add(new Opened(
                            new Ownership.Grant(open.shard(), open.epoch(), record.source(), open.base()),
                            onCut(open, before)));
                case Marker.Close _, MergeChange _, Orphan _, Revision _, SeedMark _, Entry.Heartbeat _ -> {}
            }
        }

        /** Also where an epoch in between is passed over whole: whoever owned it may have written in it. */
        private static boolean onCut(Marker.Open open, ShardHead before) {
            return switch (open.base()) {
                case Base.None _ -> open.epoch().number() > 1;
                case Base.At base ->
                    !(before instanceof ShardHead.At at && at.closed())
                            || open.epoch().number() != base.epoch().number() + 2;
            };
        }

        /** What follows a decision only brings its rows in line: without it, its cause waits for another one. Rows told anew are nobody's write. */
        private void orphan(ShardId shard, Entry effect) {
            if (effect instanceof Decision decision) {
                reopened.put(decision.cause(), epoch(shard));
            } else if (effect instanceof RowChange change && !record.tellsImages(shard)) {
                found.add(new Orphan(
                        new Origin(record.source(), record.position(), shard, index(change)),
                        epoch(shard),
                        change,
                        record.commitMicros(),
                        record.partitions()));
            }
        }

        private int index(RowChange change) {
            if (indices == null) {
                indices = OrphanIndex.of(record);
            }
            return indices.getOrDefault(change, 0);
        }

        private static Hindrance awaited(Base.At base) {
            return new Hindrance(
                    Waiting.BARRIER,
                    "it builds on epoch " + base.epoch() + " of " + base.region() + " at " + base.position()
                            + ", which has not come");
        }

        private void park(ShardId shard, ShardEntry entry, Hindrance hindrance) {
            parks.put(shard, new Park(shard, epoch(entry), hindrance));
        }

        private void surplus(ShardId shard, ShardEntry entry, Verdict.Surplus surplus) {
            String reason = "this region has more than it builds on, up to epoch "
                    + surplus.from().epoch() + " at " + surplus.from().position() + ": what is behind "
                    + surplus.base().position() + " is being taken back";
            barrier(shard, entry, new Hindrance(Waiting.BARRIER, reason), surplus);
        }

        private void barrier(ShardId shard, ShardEntry entry, Hindrance hindrance, Verdict verdict) {
            parks.put(
                    shard,
                    new Park(shard, epoch(entry), hindrance.waiting(), hindrance.reason(), Optional.of(verdict)));
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

        private Epoch epoch(ShardId shard) {
            Epoch epoch = record.epochs().get(shard);
            if (epoch == null) {
                throw new IllegalStateException(
                        "the record at " + record.position() + " does not tell the epoch of its shard " + shard);
            }
            return epoch;
        }

        private static boolean applicable(RowChange change) {
            return !(change instanceof RowChange.Insert insert && insert.row().contains(Value.UNCHANGED));
        }
    }
}
