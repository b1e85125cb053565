package io.meridian.agent.apply;

import static java.util.Objects.requireNonNull;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.store.HeadRows;
import io.meridian.conflict.StreamPosition;
import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One transaction per group: rows, heads, stopped shards and progress take effect together, or not at all. */
final class GroupWriter {
    private final Connection store;
    private final RegionId source;
    private final int partition;
    private final TableShapes shapes;
    private final EffectStatements statements;

    GroupWriter(Connection store, RegionId source, int partition) {
        this.store = store;
        this.source = source;
        this.partition = partition;
        this.shapes = new TableShapes(store);
        this.statements = new EffectStatements(store, shapes);
    }

    /** @return progress after the commit */
    Progress write(ApplyGroup group, Progress from) throws SQLException {
        return write(group, from, ChangeFold::fold);
    }

    /** Every change by itself, in order: for a group that failed when folded, since the order inside a batch may matter to a constraint. */
    Progress writeOneByOne(ApplyGroup group, Progress from) throws SQLException {
        return write(group, from, ChangeFold::oneByOne);
    }

    private interface Folding {
        List<List<RowEffect>> batches(List<RowChange> changes, ChangeFold.Keys keys);
    }

    private Progress write(ApplyGroup group, Progress from, Folding folding) throws SQLException {
        try {
            List<RowChange> changes = group.changes();
            Map<Relation, List<String>> keys = keys(changes);
            for (List<RowEffect> batch : folding.batches(changes, relation -> requireNonNull(keys.get(relation)))) {
                statements.run(batch);
            }
            if (!group.heads().isEmpty()
                    && HeadRows.write(store, group.heads()) != group.heads().size()) {
                throw new IllegalStateException("heads of " + group.heads().keySet()
                        + " are further in the store than in memory: another agent is at work");
            }
            for (ApplyGroup.Item item : group.items()) {
                if (!item.plan().stops().isEmpty()) {
                    StoppedShards.write(
                            store, item.record(), item.copyOffset(), item.plan().stops());
                }
            }
            ApplyGroup.Item last = group.items().getLast();
            Position to = last.record().position();
            ProgressRows.move(store, source, partition, from, to, last.copyOffset());
            store.commit();
            return new Progress(new StreamPosition.At(to), last.copyOffset());
        } catch (SQLException | RuntimeException e) {
            rollBack(e);
            throw e;
        }
    }

    private void rollBack(Exception cause) {
        shapes.forget();
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
