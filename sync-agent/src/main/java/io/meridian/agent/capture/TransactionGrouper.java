package io.meridian.agent.capture;

import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Revision;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SeedMark;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A source transaction to one record per partition, or to several parts when it is large. Epochs are those of the stream's own markers: the fence table may already hold a later
 * one when the log is read. Pure: given the same state and transaction it answers the same, so a resend equals what was sent.
 *
 * <p>A row that changes its shard is a delete in the old one and an insert in the new one, each in its own partition; the sharding key is
 * part of the primary key, so these are two rows.
 *
 * <p>Changes of tables that any region may write are in no epoch; {@link MergeChanges} makes them. Neither is an orphan, or a person's word on one; what was decided of one is.
 * Behind a decision, its transaction tells whole rows of the shard, as they are in the end; the changes that made them so are left out, since a copy
 * that had applied the orphan may lack the row that they change.
 */
public final class TransactionGrouper {
    /** A row that is a record of its own must fit into what the topics let through, with its frame. */
    public static final long LARGEST_ROW_BYTES = 47L << 20;

    private final RegionId region;
    private final String incarnation;
    private final int partitions;
    private final ShardFunction shards;
    private final Map<String, String> shardingColumns = new HashMap<>();
    private final Set<String> manyWriters = new HashSet<>();

    public TransactionGrouper(
            RegionId region,
            String incarnation,
            int partitions,
            ShardFunction shards,
            Collection<Topology.Table> tables) {
        this.region = region;
        this.incarnation = incarnation;
        this.partitions = partitions;
        this.shards = shards;
        tables.forEach(table -> {
            String name = table.schema() + "." + table.name();
            shardingColumns.put(name, table.shardingColumn());
            if (!table.sharded()) {
                manyWriters.add(name);
            }
        });
    }

    /**
     * Hands on the transaction's records: of each partition in order, of all of them in the same order whenever asked. Reads the changes once,
     * or twice when they are too many to be held: how many parts there will be stands in each of them. All refusals come before the first
     * record.
     *
     * @param before moved on by the caller, with the answer
     * @throws StreamStoppedException a change that cannot be told to the other regions without a guess
     */
    public <X extends Exception> GroupedTransaction group(
            StreamState before, SourceTransaction transaction, RecordSink<X> to) throws X {
        var position = new Position(incarnation, transaction.endLsn(), 0);
        boolean held = transaction.changes().inMemory();
        List<PartCutter.Part> parts = new ArrayList<>();
        var first = new Reading<RuntimeException>(before, position, part -> {
            if (held) {
                parts.add(part);
            }
        });
        GroupedTransaction grouped = first.read(transaction);
        refuseCutFence(grouped);
        var making = new Making<>(before, transaction.commitMicros(), grouped, to);
        if (held) {
            for (PartCutter.Part part : parts) {
                making.ended(part);
            }
        } else if (!grouped.parts().isEmpty()) {
            new Reading<>(before, position, making).read(transaction);
        }
        return grouped;
    }

    /** A marker's position is its transaction's: it could not say in which part it stands. */
    private static void refuseCutFence(GroupedTransaction grouped) {
        if (!grouped.markers().isEmpty() && grouped.parts().values().stream().anyMatch(parts -> parts > 1)) {
            throw new StreamStoppedException("the transaction at " + grouped.position() + " changes fences and"
                    + " thousands of rows: a fence transaction writes nothing else");
        }
    }

    /** Parts to records, once it is known how many there are. */
    private final class Making<X extends Exception> implements PartCutter.Parts<X> {
        private final StreamState before;
        private final long commitMicros;
        private final GroupedTransaction grouped;
        private final List<Integer> partitionsTouched;
        private final RecordSink<X> to;

        Making(StreamState before, long commitMicros, GroupedTransaction grouped, RecordSink<X> to) {
            this.before = before;
            this.commitMicros = commitMicros;
            this.grouped = grouped;
            this.partitionsTouched = List.copyOf(grouped.parts().keySet());
            this.to = to;
        }

        @Override
        public void ended(PartCutter.Part part) throws X {
            int partition = part.partition();
            Optional<Position> predecessor = part.number() == 0
                    ? before.last(partition)
                    : Optional.of(GroupedTransaction.part(grouped.position(), part.number() - 1));
            to.take(new SourceRecord(
                    region,
                    partition,
                    GroupedTransaction.part(grouped.position(), part.number()),
                    grouped.parts().getOrDefault(partition, 0),
                    predecessor,
                    partitionsTouched,
                    commitMicros,
                    part.epochs(),
                    part.entries()));
        }
    }

    /** One reading of a transaction. */
    private final class Reading<X extends Exception> {
        private final StreamState before;
        private final Position position;
        private final PartCutter<X> cutter;
        private final Map<ShardId, Epoch> epochs = new HashMap<>();
        private final List<Marker> markers = new ArrayList<>();
        private final Map<ShardId, Epoch> changedEpochs = new HashMap<>();
        private final MergeChanges merges = new MergeChanges();
        private final Set<ShardId> decided = new HashSet<>();

        Reading(StreamState before, Position position, PartCutter.Parts<X> parts) {
            this.before = before;
            this.position = position;
            this.cutter = new PartCutter<>(parts);
        }

        GroupedTransaction read(SourceTransaction transaction) throws X {
            for (SourceChange change : transaction.changes()) {
                add(change);
            }
            return new GroupedTransaction(position, cutter.finish(), markers, changedEpochs);
        }

        private void add(SourceChange change) throws X {
            Relation relation = change.relation();
            switch (relation.qualifiedName()) {
                case FenceRow.TABLE -> fence(change);
                case HeartbeatRow.TABLE -> heartbeat(change);
                case MergeChanges.TOMBSTONES -> merges.tombstone(change);
                case RepairRow.TABLE -> {
                    Optional<SourceChange> told = RepairRow.of(change);
                    if (told.isPresent()) {
                        row(told.get(), shardingColumn(told.get().relation()), this::write);
                    }
                }
                case TellingRow.TABLE -> {
                    Optional<Entry> told = TellingRow.of(change);
                    if (told.isPresent()) {
                        told(told.get());
                    }
                }
                default -> {
                    String column = shardingColumn(relation);
                    if (manyWriters.contains(relation.qualifiedName())) {
                        Optional<MergeChange> merge = merges.change(change, row -> shard(relation, column, row));
                        if (merge.isPresent()) {
                            merge(merge.get());
                        }
                    } else {
                        row(change, column, this::written);
                    }
                }
            }
        }

        private void told(Entry entry) throws X {
            switch (entry) {
                case Orphan orphan ->
                    cutter.addRow(
                            partition(orphan.origin().shard()),
                            orphan,
                            mustFit(orphan.change().relation(), RowBytes.of(orphan.change())));
                case Decision decision -> {
                    decided.add(decision.shard());
                    Epoch epoch = ownedEpoch(decision.shard(), TellingRow.TABLE);
                    cutter.addRow(
                            partition(decision.shard()),
                            decision.shard(),
                            epoch,
                            decision,
                            decision.ours().length());
                }
                case Revision revision ->
                    cutter.addRow(
                            partition(revision.shard()),
                            revision,
                            revision.ours().length() + revision.reason().length());
                case SeedMark mark ->
                    cutter.addRow(
                            partition(mark.shard()), mark.shard(), ownedEpoch(mark.shard(), TellingRow.TABLE), mark, 0);
                default -> throw new IllegalStateException("told in " + TellingRow.TABLE + ": " + entry);
            }
        }

        private void written(RowChange change) throws X {
            if (!decided.contains(change.shard())) {
                write(change);
            }
        }

        private void fence(SourceChange change) {
            FenceRow fence = FenceRow.of(change);
            Epoch known = epochOf(fence.shard()).orElse(Epoch.NEVER);
            fence.marker(known).ifPresent(marker -> {
                oneEpoch(marker.shard(), marker.epoch());
                cutter.addWhole(partition(marker.shard()), marker.shard(), marker.epoch(), marker);
                markers.add(marker);
                changedEpochs.put(
                        marker.shard(),
                        switch (marker) {
                            case Marker.Open open -> open.epoch();
                            case Marker.Close close -> close.fenceEpoch();
                        });
            });
        }

        private void heartbeat(SourceChange change) {
            HeartbeatRow.of(change).ifPresent(beat -> {
                for (int partition = 0; partition < partitions; partition++) {
                    cutter.addWhole(partition, beat);
                }
            });
        }

        private void merge(MergeChange change) throws X {
            cutter.addRow(partition(change.shard()), change, mustFit(change.relation(), RowBytes.of(change)));
        }

        private interface Rows<X extends Exception> {
            void take(RowChange change) throws X;
        }

        private void row(SourceChange change, String column, Rows<X> to) throws X {
            Relation relation = change.relation();
            switch (change) {
                case SourceChange.Inserted inserted -> {
                    ShardId shard = shard(relation, column, inserted.row());
                    to.take(new RowChange.Insert(relation, shard, inserted.row()));
                }
                case SourceChange.Deleted deleted -> {
                    ShardId shard = shard(relation, column, deleted.before());
                    to.take(new RowChange.Delete(relation, shard, deleted.before()));
                }
                case SourceChange.Updated updated -> update(updated, column, to);
                case SourceChange.Truncated _ ->
                    throw new StreamStoppedException("TRUNCATE of sharded table " + relation.qualifiedName()
                            + " is in the log at " + position + ": it cannot be told by shard");
            }
        }

        private void update(SourceChange.Updated updated, String column, Rows<X> to) throws X {
            Relation relation = updated.relation();
            ShardId shard = shard(relation, column, updated.row());
            Optional<ShardId> left = updated.before()
                    .map(before -> shard(relation, column, before))
                    .filter(old -> !old.equals(shard));
            if (left.isEmpty()) {
                to.take(new RowChange.Update(relation, shard, updated.before(), updated.row()));
            } else {
                to.take(new RowChange.Delete(
                        relation, left.get(), updated.before().orElseThrow()));
                to.take(new RowChange.Insert(relation, shard, updated.row()));
            }
        }

        private void write(RowChange change) throws X {
            Epoch epoch = ownedEpoch(change.shard(), change.relation().qualifiedName());
            long bytes = mustFit(change.relation(), RowBytes.of(change));
            cutter.addRow(partition(change.shard()), change.shard(), epoch, change, bytes);
        }

        private Epoch ownedEpoch(ShardId shard, String table) {
            Epoch epoch = epochOf(shard).orElse(Epoch.NEVER);
            if (!epoch.owned()) {
                throw new StreamStoppedException("a write to shard " + shard + " in " + table + " stands at " + position
                        + " where the stream holds no open fence for it (epoch " + epoch
                        + "): the fence was bypassed, or the stream began behind its marker");
            }
            oneEpoch(shard, epoch);
            return epoch;
        }

        private long mustFit(Relation relation, long bytes) {
            if (bytes > LARGEST_ROW_BYTES) {
                throw new StreamStoppedException("a row of " + relation.qualifiedName() + " at " + position
                        + " has " + bytes + " bytes, and at most " + LARGEST_ROW_BYTES
                        + " can travel: nothing of its transaction was sent; make the row smaller, or take the table out of"
                        + " the publication");
            }
            return bytes;
        }

        private void oneEpoch(ShardId shard, Epoch epoch) {
            Epoch other = epochs.put(shard, epoch);
            if (other != null && !other.equals(epoch)) {
                throw new StreamStoppedException("the transaction at " + position + " holds epochs " + other + " and "
                        + epoch + " of shard " + shard + ": a fence transaction writes nothing else");
            }
        }

        private Optional<Epoch> epochOf(ShardId shard) {
            Epoch changed = changedEpochs.get(shard);
            return changed != null ? Optional.of(changed) : before.epoch(shard);
        }
    }

    private int partition(ShardId shard) {
        return shard.partition(partitions);
    }

    private String shardingColumn(Relation relation) {
        String column = shardingColumns.get(relation.qualifiedName());
        if (column == null) {
            throw new StreamStoppedException("table " + relation.qualifiedName()
                    + " is published but not in the topology: add it there, or take it out of the publication");
        }
        return column;
    }

    private ShardId shard(Relation relation, String column, List<Value> values) {
        int index = relation.indexOf(column);
        if (index >= 0 && values.get(index) instanceof Value.Text key) {
            return shards.shardOf(key.text());
        }
        throw new StreamStoppedException("the log holds no sharding key " + column + " for a change of "
                + relation.qualifiedName() + ": it must be part of the primary key, and never null");
    }
}
