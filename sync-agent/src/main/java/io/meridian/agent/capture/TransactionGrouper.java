package io.meridian.agent.capture;

import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Marker;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A source transaction to one record per partition. Epochs are those of the stream's own markers: the fence table may already hold a later
 * one when the log is read. Pure: given the same state and transaction it answers the same, so a resend equals what was sent.
 *
 * <p>A row that changes its shard is a delete in the old one and an insert in the new one, each in its own partition; the sharding key is
 * part of the primary key, so these are two rows.
 */
public final class TransactionGrouper {
    private final RegionId region;
    private final String incarnation;
    private final int partitions;
    private final ShardFunction shards;
    private final Map<String, String> shardingColumns = new HashMap<>();

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
        tables.forEach(table -> shardingColumns.put(table.schema() + "." + table.name(), table.shardingColumn()));
    }

    /** @throws StreamStoppedException a change that cannot be told to the other regions without a guess */
    public GroupedTransaction group(StreamState before, SourceTransaction transaction) {
        var work = new Work(before, new Position(incarnation, transaction.endLsn(), 0));
        transaction.changes().forEach(work::add);
        return work.result(transaction.commitMicros());
    }

    /** One transaction being grouped. */
    private final class Work {
        private final StreamState before;
        private final Position position;
        private final SortedMap<Integer, List<Entry>> entries = new TreeMap<>();
        private final SortedMap<Integer, SortedMap<ShardId, Epoch>> epochs = new TreeMap<>();
        private final List<Marker> markers = new ArrayList<>();
        private final Map<ShardId, Epoch> changedEpochs = new HashMap<>();

        Work(StreamState before, Position position) {
            this.before = before;
            this.position = position;
        }

        void add(SourceChange change) {
            Relation relation = change.relation();
            switch (relation.qualifiedName()) {
                case FenceRow.TABLE -> fence(change);
                case HeartbeatRow.TABLE -> heartbeat(change);
                default -> row(change, shardingColumn(relation));
            }
        }

        private void fence(SourceChange change) {
            FenceRow fence = FenceRow.of(change);
            Epoch known = epochOf(fence.shard()).orElse(Epoch.NEVER);
            fence.marker(known).ifPresent(marker -> {
                put(marker.shard(), marker.epoch(), marker);
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
                    entries.computeIfAbsent(partition, _ -> new ArrayList<>()).add(beat);
                }
            });
        }

        private void row(SourceChange change, String column) {
            Relation relation = change.relation();
            switch (change) {
                case SourceChange.Inserted inserted -> {
                    ShardId shard = shard(relation, column, inserted.row());
                    write(new RowChange.Insert(relation, shard, inserted.row()));
                }
                case SourceChange.Deleted deleted -> {
                    ShardId shard = shard(relation, column, deleted.before());
                    write(new RowChange.Delete(relation, shard, deleted.before()));
                }
                case SourceChange.Updated updated -> update(updated, column);
                case SourceChange.Truncated _ ->
                    throw new StreamStoppedException("TRUNCATE of sharded table " + relation.qualifiedName()
                            + " is in the log at " + position + ": it cannot be told by shard");
            }
        }

        private void update(SourceChange.Updated updated, String column) {
            Relation relation = updated.relation();
            ShardId shard = shard(relation, column, updated.row());
            Optional<ShardId> left = updated.before()
                    .map(before -> shard(relation, column, before))
                    .filter(old -> !old.equals(shard));
            if (left.isEmpty()) {
                write(new RowChange.Update(relation, shard, updated.before(), updated.row()));
            } else {
                write(new RowChange.Delete(
                        relation, left.get(), updated.before().orElseThrow()));
                write(new RowChange.Insert(relation, shard, updated.row()));
            }
        }

        private void write(RowChange change) {
            Epoch epoch = epochOf(change.shard()).orElse(Epoch.NEVER);
            if (!epoch.owned()) {
                throw new StreamStoppedException("a write to shard " + change.shard() + " in "
                        + change.relation().qualifiedName() + " stands at " + position
                        + " where the stream holds no open fence for it (epoch " + epoch
                        + "): the fence was bypassed, or the stream began behind its marker");
            }
            put(change.shard(), epoch, change);
        }

        private void put(ShardId shard, Epoch epoch, Entry entry) {
            int partition = shard.partition(partitions);
            Epoch other =
                    epochs.computeIfAbsent(partition, _ -> new TreeMap<>()).put(shard, epoch);
            if (other != null && !other.equals(epoch)) {
                throw new StreamStoppedException("the transaction at " + position + " holds epochs " + other + " and "
                        + epoch + " of shard " + shard + ": a fence transaction writes nothing else");
            }
            entries.computeIfAbsent(partition, _ -> new ArrayList<>()).add(entry);
        }

        private Optional<Epoch> epochOf(ShardId shard) {
            Epoch changed = changedEpochs.get(shard);
            return changed != null ? Optional.of(changed) : before.epoch(shard);
        }

        GroupedTransaction result(long commitMicros) {
            List<Integer> touched = List.copyOf(entries.keySet());
            List<SourceRecord> records = new ArrayList<>(touched.size());
            entries.forEach((partition, changes) -> records.add(new SourceRecord(
                    region,
                    partition,
                    position,
                    1,
                    before.last(partition),
                    touched,
                    commitMicros,
                    epochs.getOrDefault(partition, new TreeMap<>()),
                    changes)));
            return new GroupedTransaction(position, records, markers, changedEpochs);
        }
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
