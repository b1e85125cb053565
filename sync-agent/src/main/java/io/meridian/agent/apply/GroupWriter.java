package io.meridian.agent.apply;

import static java.util.Objects.requireNonNull;

import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.store.HeadRows;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.StreamPosition;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One transaction per group: rows, heads, stopped and parked shards and progress take effect together, or not at all. A large source transaction's
 * parts are written one after the other before its progress. Whatever fails rolls back all of it.
 */
final class GroupWriter {
    private final Connection store;
    private final RegionId source;
    private final int partition;
    private final TableShapes shapes;
    private final EffectStatements statements;
    private final ParkedRows parked;
    private final MergeWriter merges;

    GroupWriter(Connection store, RegionId source, int partition) {
        this.store = store;
        this.source = source;
        this.partition = partition;
        this.shapes = new TableShapes(store);
        this.statements = new EffectStatements(store, shapes);
        this.parked = new ParkedRows(store, source, partition);
        this.merges = new MergeWriter(store, source, partition, shapes);
    }

    /** @return progress after the commit */
    Progress write(ApplyGroup group, Progress from) throws SQLException {
        return undivided(() -> {
            rows(group.changes(), ChangeFold::fold);
            merges.write(group.merges());
            heads(group.heads());
            for (ApplyGroup.Item item : group.items()) {
                setAside(item);
            }
            return finished(group.items().getLast(), from);
        });
    }

    /** Rows of a part that is not the last: seen by nobody before {@link #finish}. Which of the shards the store refuses is not told. */
    void append(ApplyGroup.Item part) throws SQLException {
        undivided(() -> {
            rows(part.plan().rows(), ChangeFold::fold);
            merges.write(part.plan().merges());
            setAside(part);
            return part;
        });
    }

    /** The same with every shard's rows apart. @throws ShardRefusedException the store refuses rows of one shard */
    void appendByShard(ApplyGroup.Item part) throws SQLException {
        undivided(() -> {
            rowsByShard(part.plan());
            setAside(part);
            return part;
        });
    }

    /** With the last part appended. @param heads of all parts together */
    Progress finish(ApplyGroup.Item last, Map<ShardId, ShardHead.At> heads, Progress from) throws SQLException {
        return undivided(() -> {
            heads(heads);
            return finished(last, from);
        });
    }

    /** What {@link #append} wrote is undone. */
    void abandon() throws SQLException {
        shapes.forget();
        store.rollback();
    }

    /** One record, every shard's rows apart and every change by itself. @throws ShardRefusedException the store refuses rows of one shard */
    Progress writeByShard(ApplyGroup.Item item, Progress from) throws SQLException {
        return undivided(() -> {
            rowsByShard(item.plan());
            heads(item.plan().heads());
            setAside(item);
            return finished(item, from);
        });
    }

    /** Parked shares of one transaction take effect and are parked no more; progress is past them already. */
    void release(ParkedRows.Oldest oldest, ShardId shard, List<RecordPlanner.Plan.Apply> plans) throws SQLException {
        undivided(() -> {
            for (RecordPlanner.Plan.Apply plan : plans) {
                rows(plan.rows(), ChangeFold::oneByOne);
                merges.write(plan.merges());
            }
            return released(oldest, shard, plans);
        });
    }

    /** As {@link #release}, without its rows, which are kept aside: a person said so. */
    void skip(ParkedRows.Oldest oldest, ShardId shard, List<RecordPlanner.Plan.Apply> plans) throws SQLException {
        undivided(() -> {
            parked.keepSkipped(oldest.first(), shard);
            return released(oldest, shard, plans);
        });
    }

    /** Why it waits now. */
    void waits(ParkedRows.Oldest oldest, ShardId shard, RecordPlanner.Hindrance hindrance) throws SQLException {
        undivided(() -> {
            parked.waits(oldest.first(), shard, hindrance);
            store.commit();
            return oldest;
        });
    }

    private Object released(ParkedRows.Oldest oldest, ShardId shard, List<RecordPlanner.Plan.Apply> plans)
            throws SQLException {
        for (RecordPlanner.Plan.Apply plan : plans) {
            heads(plan.heads());
            if (!plan.stops().isEmpty()) {
                StoppedShards.write(store, oldest.first(), -1, plan.stops());
            }
        }
        parked.remove(oldest.first(), shard);
        store.commit();
        return oldest;
    }

    private interface Folding {
        List<List<RowEffect>> batches(List<RowChange> changes, ChangeFold.Keys keys);
    }

    private void rows(List<RowChange> changes, Folding folding) throws SQLException {
        Map<Relation, List<String>> keys = keys(changes);
        for (List<RowEffect> batch : folding.batches(changes, relation -> requireNonNull(keys.get(relation)))) {
            statements.run(batch);
        }
    }

    private void rowsByShard(RecordPlanner.Plan.Apply plan) throws SQLException {
        for (var rows : ApplyGroup.byShard(plan.rows()).entrySet()) {
            ofShard(rows.getKey(), () -> rows(rows.getValue(), ChangeFold::oneByOne));
        }
        for (MergeChange merge : plan.merges()) {
            ofShard(merge.shard(), () -> merges.write(List.of(merge)));
        }
    }

    private interface Writing {
        void run() throws SQLException;
    }

    private static void ofShard(ShardId shard, Writing writing) throws SQLException {
        try {
            writing.run();
        } catch (SQLException | CannotApplyException e) {
            if (Failure.of(e) == Failure.REFUSED) {
                throw new ShardRefusedException(shard, e);
            }
            throw e;
        }
    }

    private void heads(Map<ShardId, ShardHead.At> moved) throws SQLException {
        if (!moved.isEmpty() && HeadRows.write(store, moved) != moved.size()) {
            throw new IllegalStateException("heads of " + moved.keySet()
                    + " are further in the store than in memory: another agent is at work");
        }
    }

    /** After the heads moved: a stop breaks them off. */
    private void setAside(ApplyGroup.Item item) throws SQLException {
        if (!item.plan().stops().isEmpty()) {
            StoppedShards.write(
                    store, item.record(), item.copyOffset(), item.plan().stops());
        }
        for (RecordPlanner.Park park : item.plan().parks()) {
            parked.add(item.record(), park);
        }
    }

    private Progress finished(ApplyGroup.Item last, Progress from) throws SQLException {
        SourceRecord record = last.record();
        Position to = record.position();
        ProgressRows.move(store, source, partition, from, to, last.copyOffset());
        store.commit();
        return new Progress(new StreamPosition.At(to), last.copyOffset());
    }

    private interface Steps<T> {
        T run() throws SQLException;
    }

    private <T> T undivided(Steps<T> steps) throws SQLException {
        try {
            return steps.run();
        } catch (SQLException | RuntimeException e) {
            rollBack(e);
            throw e;
        }
    }

    private void rollBack(Exception cause) {
        shapes.forget();
        merges.forget();
        try {
            store.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e); // the connection is gone, and the transaction with it
        }
    }

    /** Asks the store, before folding, which asks nobody: what fails here is a failure of this transaction like any other. */
    private Map<Relation, List<String>> keys(List<RowChange> changes) throws SQLException {
        Map<Relation, List<String>> keys = new HashMap<>();
        for (RowChange change : changes) {
            if (!keys.containsKey(change.relation())) {
                keys.put(change.relation(), shapes.of(change.relation()).key());
            }
        }
        return keys;
    }
}
