package io.meridian.agent.apply;

import io.meridian.agent.orphan.OrphanRows;
import io.meridian.agent.orphan.RevisionRows;
import io.meridian.agent.orphan.TouchedRows;
import io.meridian.agent.orphan.UncleanRows;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.store.LineageBoard;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a group's transaction remembers of lineages and orphans. Before the heads move: the lease row is locked before them, as an opening does it. Where
 * nothing is disputed and no epoch begins, it asks the store nothing.
 */
final class LineageWriter {
    private final Connection store;
    private final LineageBoard lineages;
    private final DisputedShards disputed;

    LineageWriter(Connection store, LineageBoard lineages, DisputedShards disputed) {
        this.store = store;
        this.lineages = lineages;
        this.disputed = disputed;
    }

    void write(List<ApplyGroup.Item> items) throws SQLException {
        var touched = new Touched();
        for (ApplyGroup.Item item : items) {
            write(item.record(), item.plan(), touched);
        }
        touched.note();
    }

    private void write(SourceRecord record, RecordPlanner.Plan.Apply plan, Touched touched) throws SQLException {
        if (!plan.strays().isEmpty()) {
            strays(record, plan.strays());
        }
        if (!plan.opened().isEmpty()) {
            opened(plan.opened());
        }
        if (!plan.rows().isEmpty() && !disputed.isEmpty()) {
            touched.add(record, plan);
        }
    }

    private void strays(SourceRecord record, Strays strays) throws SQLException {
        OrphanRows.reopen(store, strays.reopened());
        OrphanRows.store(store, strays.found(), false);
        OrphanRows.store(store, strays.told(), true);
        OrphanRows.decided(store, strays.decisions(), record.epochs());
        RevisionRows.store(store, strays.revisions());
        strays.found().stream().map(LineageWriter::shard).forEach(disputed::add);
        strays.told().stream().map(LineageWriter::shard).forEach(disputed::add);
        strays.reopened().keySet().forEach(cause -> disputed.add(cause.shard()));
    }

    private static ShardId shard(Orphan orphan) {
        return orphan.origin().shard();
    }

    private void opened(List<RecordPlanner.Opened> opened) throws SQLException {
        LineageBoard.write(store, ApplyGroup.grants(opened));
        Map<ShardId, Epoch> onCut = new HashMap<>();
        for (RecordPlanner.Opened one : opened) {
            Ownership.Grant grant = one.grant();
            if (one.onCut()) {
                onCut.put(grant.shard(), grant.epoch());
                disputed.add(grant.shard());
            }
            if (disputed.contains(grant.shard())) {
                for (Base.At base : lineages.of(grant.shard()).learned(grant).chain(grant.epoch())) {
                    OrphanRows.dropInLineage(store, grant.shard(), base);
                }
            }
        }
        UncleanRows.mark(store, onCut);
    }

    /** Keys of rows that take effect, noted at once for as many records as agree on their shards' epochs. */
    private final class Touched {
        private final Map<ShardId, Epoch> epochs = new HashMap<>();
        private final List<RowChange> changes = new ArrayList<>();

        void add(SourceRecord record, RecordPlanner.Plan.Apply plan) throws SQLException {
            Set<ShardId> decided = new HashSet<>();
            for (Decision decision : plan.strays().decisions()) {
                decided.add(decision.shard());
            }
            for (RowChange change : plan.rows()) {
                ShardId shard = change.shard();
                Epoch epoch = record.epochs().get(shard);
                if (epoch == null || decided.contains(shard) || !disputed.contains(shard)) {
                    continue;
                }
                Epoch other = epochs.put(shard, epoch);
                if (other != null && !other.equals(epoch)) {
                    epochs.put(shard, other);
                    note();
                    epochs.put(shard, epoch);
                }
                changes.add(change);
            }
        }

        void note() throws SQLException {
            if (!changes.isEmpty()) {
                TouchedRows.note(store, epochs, changes);
                changes.clear();
                epochs.clear();
            }
        }
    }
}
