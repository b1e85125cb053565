package io.meridian.agent.apply;

import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import io.meridian.conflict.merge.HybridClock;
import io.meridian.conflict.merge.RowMerge;
import io.meridian.conflict.merge.RowState;
import io.meridian.conflict.merge.TableRule;
import io.meridian.conflict.merge.Version;
import io.meridian.topology.RegionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Merges changes of rows that any region may write with what is here, in the transaction that moves progress. Each key is locked first, the row itself
 * or, where there is none, its place in {@code meridian.tombstone}, where the application's insert makes its mark too. So between reading and writing nobody
 * comes in between, and an application's statement is merged with this one or this one with it.
 */
final class MergeWriter {
    private final Connection store;
    private final RegionId source;
    private final int partition;
    private final TableShapes shapes;
    private final MergeRules rules;

    MergeWriter(Connection store, RegionId source, int partition, TableShapes shapes) {
        this.store = store;
        this.source = source;
        this.partition = partition;
        this.shapes = shapes;
        this.rules = new MergeRules(store);
    }

    void forget() {
        rules.forget();
    }

    /** The caller commits. */
    void write(List<MergeChange> changes) throws SQLException {
        for (MergeChange change : newest(changes)) {
            write(change);
        }
        saw(changes);
    }

    /**
     * One per key: what a source says last of a row holds all that it said before, and the longer a transaction lasts, the longer an application waits for
     * the rows that it has locked. In the order of the keys, so that two sources' appliers that write the same ones cannot wait for each other in a circle.
     */
    private Collection<MergeChange> newest(List<MergeChange> changes) throws SQLException {
        var newest = new TreeMap<String, MergeChange>();
        for (MergeChange change : changes) {
            String key = change.relation().qualifiedName() + ' ' + MergedRow.key(shapes.of(change.relation()), change);
            MergeChange first = newest.get(key);
            newest.put(key, first == null ? change : change.after(first));
        }
        return newest.values();
    }

    private void write(MergeChange change) throws SQLException {
        TableShape shape = shapes.of(change.relation());
        TableRule rule = rules.of(shape);
        RowState incoming = incoming(change, shape, rule);
        var row = new MergedRow(store, shape, change);
        Optional<RowState> here = row.lock(rule);
        RowState joined;
        try {
            joined = here.isPresent() ? RowMerge.join(rule, here.get(), incoming) : incoming;
        } catch (RuntimeException e) {
            throw new CannotApplyException("a row of " + change.relation().qualifiedName() + " cannot be merged: " + e);
        }
        if (here.isEmpty() || !joined.equals(here.get())) {
            row.write(rule, here, joined);
        }
        if (here.isPresent()
                && !change.follows().equals(Optional.of(here.get().version()))
                && !here.get().version().equals(change.version())) {
            row.noteConflict(source, here.get(), incoming, joined);
        }
    }

    private static RowState incoming(MergeChange change, TableShape shape, TableRule rule) {
        SortedMap<String, Optional<String>> values = values(change, shape);
        return rule.wholeRow()
                ? RowState.whole(change.version(), !change.deleted(), values)
                : MergeStates.read(change.version(), !change.deleted(), state(change), values);
    }

    private static SortedMap<String, Optional<String>> values(MergeChange change, TableShape shape) {
        Relation relation = change.relation();
        var values = new TreeMap<String, Optional<String>>();
        for (int index = 0; index < change.row().size(); index++) {
            String column = relation.columns().get(index).name();
            if (MergedRow.isMerged(shape, column)) {
                values.put(column, text(change.row().get(index)));
            }
        }
        return values;
    }

    private static Optional<String> state(MergeChange change) {
        return text(change.row().get(change.relation().indexOf(MergeChange.STATE)));
    }

    private static Optional<String> text(Value value) {
        return value instanceof Value.Text text ? Optional.of(text.text()) : Optional.empty();
    }

    /** So that what is written here from now on is above what was merged. */
    private void saw(List<MergeChange> changes) throws SQLException {
        Optional<Version> newest = changes.stream().map(MergeChange::version).max(Version::compareTo);
        if (newest.isEmpty()) {
            return;
        }
        try (PreparedStatement update = store.prepareStatement("""
                insert into meridian.clock_seen as s (source, partition, clock)
                values (?, ?, least(?, ((extract(epoch from clock_timestamp()) * 1000)::bigint + ?) << 16))
                on conflict (source, partition) do update set clock = excluded.clock where s.clock < excluded.clock""")) {
            update.setString(1, source.name());
            update.setInt(2, partition);
            update.setLong(3, newest.get().clock());
            update.setLong(4, HybridClock.AHEAD_AT_MOST_MILLIS);
            update.executeUpdate();
        }
    }
}
