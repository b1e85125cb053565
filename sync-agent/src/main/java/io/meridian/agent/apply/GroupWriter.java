package io.meridian.agent.apply;

import static java.util.Objects.requireNonNull;

import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.seeding.SeedingBoard;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.HeadRows;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.StreamPosition;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One transaction per group: rows, heads, stopped and parked shards and progress take effect together, or not at all. A large source transaction's
 * parts are written one after the other before its progress. Whatever fails rolls back all of it.
 */
final class GroupWriter {
    private final Connection store;
    private final RegionId source;
    private final int partition;
    private final HeadBoard board;
    private final LineageWriter lineages;
    private final TableShapes shapes;
    private final EffectStatements statements;
    private final ParkedRows parked;
    private final MergeWriter merges;
    private final SeedWriter seeds;
    private final StoppedShards stopped;

    GroupWriter(
            Connection store,
            RegionId source,
            int partition,
            HeadBoard heads,
            DisputedShards disputed,
            StoppedShards stopped,
            SeedingBoard seedings,
            List<Topology.Table> tables) {
        this.store = store;
        this.source = source;
        this.partition = partition;
        this.board = heads;
        this.lineages = new LineageWriter(store, heads.lineages(), disputed);
        this.shapes = new TableShapes(store);
        this.statements = new EffectStatements(store, shapes);
        this.parked = new ParkedRows(store, source, partition);
        this.merges = new MergeWriter(store, source, partition, shapes);
        this.stopped = stopped;
        this.seeds = new SeedWriter(store, seedings, heads, stopped, tables, shapes, statements);
    }

    /** @return progress after the commit */
    Progress write(ApplyGroup group, Progress from) throws SQLException {
        return undivided(() -> {
            takeEffect(group, ChangeFold::fold);
            return finished(group.items().getLast(), from);
        });
    }

    /** Rows of a part that is not the last: seen by nobody before {@link #finish}. Which of the shards the store refuses is not told. */
    void append(ApplyGroup.Item part) throws SQLException {
        undivided(() -> {
            rows(part.plan().rows(), part.plan().seeds().lenient(), ChangeFold::fold);
            merges.write(part.plan().merges());
            lineages.write(List.of(part));
            seeds.write(part.record(), part.plan().seeds());
            setAside(part);
            return part;
        });
    }

    /** The same with every shard's rows apart. @throws ShardRefusedException the store refuses rows of one shard */
    void appendByShard(ApplyGroup.Item part) throws SQLException {
        undivided(() -> {
            rowsByShard(part.plan());
            lineages.write(List.of(part));
            seeds.write(part.record(), part.plan().seeds());
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
        seeds.rolledBack();
        store.rollback();
    }

    /** One record, every shard's rows apart and every change by itself. @throws ShardRefusedException the store refuses rows of one shard */
    Progress writeByShard(ApplyGroup.Item item, Progress from) throws SQLException {
        return undivided(() -> {
            rowsByShard(item.plan());
            lineages.write(List.of(item));
            heads(item.plan().heads());
            seeds.write(item.record(), item.plan().seeds());
            setAside(item);
            return finished(item, from);
        });
    }

    /** Parked transactions take effect and are parked no more; progress is past them already. */
    void release(ApplyGroup group, List<ParkedRows.Transaction> transactions) throws SQLException {
        undivided(() -> {
            takeEffect(group, ChangeFold::fold);
            return released(transactions);
        });
    }

    /** The same of one, every change by itself. */
    void releaseOneByOne(ApplyGroup group, ParkedRows.Transaction transaction) throws SQLException {
        undivided(() -> {
            takeEffect(group, ChangeFold::oneByOne);
            return released(List.of(transaction));
        });
    }

    /** The same without its rows, which are kept aside: a person said so. */
    void skip(ApplyGroup group, ParkedRows.Transaction transaction) throws SQLException {
        undivided(() -> {
            parked.keepSkipped(transaction);
            moveOn(group);
            return released(List.of(transaction));
        });
    }

    /**
     * What lies before a record is had from nobody any more, and shards of it are taken anew: progress goes on there, with the next record that is written.
     * Shards that may have had records in between are broken.
     */
    void breakAtHole(int partitions) throws SQLException {
        undivided(() -> {
            List<ShardId> broken = HeadRows.breakOff(store, source, partition, partitions);
            List<Runnable> stops = new ArrayList<>();
            for (ShardId shard : broken) {
                stops.add(stopped.stop(
                        store,
                        shard,
                        source,
                        "records of it may lie in a hole of " + source
                                + "'s stream that was passed over: it must be seeded anew from its owner"));
            }
            store.commit();
            board.breakOff(broken);
            stops.forEach(Runnable::run);
            return broken;
        });
    }

    /** Why it waits now. */
    void waits(ParkedRows.Transaction transaction, RecordPlanner.Hindrance hindrance) throws SQLException {
        undivided(() -> {
            parked.waits(transaction, hindrance);
            store.commit();
            return transaction;
        });
    }

    private List<ParkedRows.Transaction> released(List<ParkedRows.Transaction> transactions) throws SQLException {
        parked.remove(transactions);
        commit();
        return transactions;
    }

    private void takeEffect(ApplyGroup group, Folding folding) throws SQLException {
        rows(group.changes(), group.lenient(), folding);
        merges.write(group.merges());
        moveOn(group);
    }

    /** All but the rows. */
    private void moveOn(ApplyGroup group) throws SQLException {
        lineages.write(group.items());
        heads(group.heads());
        for (ApplyGroup.Item item : group.items()) {
            seeds.write(item.record(), item.plan().seeds());
        }
        for (ApplyGroup.Item item : group.items()) {
            setAside(item);
        }
    }

    private interface Folding {
        List<List<RowEffect>> batches(List<RowChange> changes, ChangeFold.Keys keys);
    }

    /** Shards share no row, so those of which not all rows are here yet may come behind the others. */
    private void rows(List<RowChange> changes, Set<ShardId> lenient, Folding folding) throws SQLException {
        if (lenient.isEmpty()) {
            rows(changes, folding);
            return;
        }
        rows(
                changes.stream()
                        .filter(change -> !lenient.contains(change.shard()))
                        .toList(),
                folding);
        rowsLeniently(
                changes.stream()
                        .filter(change -> lenient.contains(change.shard()))
                        .toList(),
                folding);
    }

    /** What holds all its values needs no row that is here: most do. */
    private void rowsLeniently(List<RowChange> changes, Folding folding) throws SQLException {
        if (changes.stream().allMatch(GroupWriter::isWhole)) {
            rows(changes, folding);
            seeds.settled(changes);
        } else {
            seeds.rows(changes);
        }
    }

    private static boolean isWhole(RowChange change) {
        return switch (change) {
            case RowChange.Insert insert -> !insert.row().contains(Value.UNCHANGED);
            case RowChange.Update update -> !update.row().contains(Value.UNCHANGED);
            case RowChange.Delete _ -> true;
        };
    }

    private void rows(List<RowChange> changes, Folding folding) throws SQLException {
        Map<Relation, List<String>> keys = keys(changes);
        for (List<RowEffect> batch : folding.batches(changes, relation -> requireNonNull(keys.get(relation)))) {
            statements.run(batch);
        }
    }

    private void rowsByShard(RecordPlanner.Plan.Apply plan) throws SQLException {
        for (var rows : ApplyGroup.byShard(plan.rows()).entrySet()) {
            boolean lenient = plan.seeds().lenient().contains(rows.getKey());
            ofShard(rows.getKey(), () -> {
                if (lenient) {
                    seeds.rows(rows.getValue());
                } else {
                    rows(rows.getValue(), ChangeFold::oneByOne);
                }
            });
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
        if (moved.isEmpty() || HeadRows.write(store, moved) == moved.size()) {
            return;
        }
        if (!isOvertaken(moved)) {
            store.rollback();
            board.load(store); // whoever moved them on has committed, and may not have told the board yet
            if (!isOvertaken(moved)) {
                throw new IllegalStateException("heads of " + moved.keySet()
                        + " cannot be moved on in the store, though nothing there is further");
            }
        }
        throw new OvertakenException();
    }

    private boolean isOvertaken(Map<ShardId, ShardHead.At> moved) {
        return moved.entrySet().stream()
                .anyMatch(head -> board.frozen().holds(head.getKey(), head.getValue())
                        || !board.mayFollow(head.getKey(), head.getValue()));
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

    /** Records without effect were passed, and nothing follows them that would carry the place on. */
    Progress passed(Progress from, Position to, long copyOffset) throws SQLException {
        return undivided(() -> {
            ProgressRows.move(store, source, partition, from, to, copyOffset);
            commit();
            return new Progress(new StreamPosition.At(to), copyOffset);
        });
    }

    private Progress finished(ApplyGroup.Item last, Progress from) throws SQLException {
        SourceRecord record = last.record();
        Position to = record.position();
        ProgressRows.move(store, source, partition, from, to, last.copyOffset());
        commit();
        return new Progress(new StreamPosition.At(to), last.copyOffset());
    }

    private void commit() throws SQLException {
        seeds.finish();
        store.commit();
        seeds.committed();
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
        seeds.rolledBack();
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
