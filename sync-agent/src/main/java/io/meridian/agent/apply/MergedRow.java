package io.meridian.agent.apply;

import static java.util.stream.Collectors.joining;

import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import io.meridian.conflict.merge.RowState;
import io.meridian.conflict.merge.TableRule;
import io.meridian.conflict.merge.Version;
import io.meridian.topology.RegionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One key of a table that any region may write, as it is in this store: a row, a tombstone, or nothing. */
final class MergedRow {
    private static final String OURS = "meridian_";

    private final Connection store;
    private final TableShape shape;
    private final MergeChange change;
    private final List<String> columns;
    private final SortedMap<String, Optional<String>> key;
    private boolean isRow;

    MergedRow(Connection store, TableShape shape, MergeChange change) {
        this.store = store;
        this.shape = shape;
        this.change = change;
        this.columns = change.relation().columns().stream()
                .map(Relation.Column::name)
                .filter(column -> isMerged(shape, column))
                .toList();
        this.key = key(shape, change);
    }

    static SortedMap<String, Optional<String>> key(TableShape shape, MergeChange change) {
        var key = new TreeMap<String, Optional<String>>();
        for (String column : shape.key()) {
            Value value = change.row().get(change.relation().indexOf(column));
            key.put(column, value instanceof Value.Text text ? Optional.of(text.text()) : Optional.empty());
        }
        return key;
    }

    /** Neither of the key nor Meridian's own. */
    static boolean isMerged(TableShape shape, String column) {
        return !shape.key().contains(column) && !column.startsWith(OURS);
    }

    /**
     * Nobody changes the key until the transaction ends.
     *
     * @return what is here; empty: nothing, and that stays so until the transaction ends
     */
    Optional<RowState> lock(TableRule rule) throws SQLException {
        Optional<RowState> row = lockRow(rule);
        if (row.isPresent()) {
            return row;
        }
        // Waits for an insert or a delete of this key that has not committed, and keeps out the next one.
        try (PreparedStatement place = store.prepareStatement("""
                insert into meridian.tombstone (relation, key, version, region) values (?, ?::jsonb, 0, '')
                on conflict do nothing""")) {
            place.setString(1, name());
            place.setString(2, MergeStates.object(key));
            place.executeUpdate();
        }
        row = lockRow(rule);
        if (row.isPresent()) {
            removeTombstone();
            return row;
        }
        return lockTombstone(rule);
    }

    private Optional<RowState> lockRow(TableRule rule) throws SQLException {
        List<String> all = new ArrayList<>(columns);
        all.addAll(List.of(MergeChange.VERSION, MergeChange.REGION, MergeChange.STATE));
        String texts = all.stream()
                .map(MergedRow::quoted)
                .map(column -> "case when " + column + " is not null then format('%s', " + column + ") end")
                .collect(joining(", "));
        try (PreparedStatement query =
                store.prepareStatement("select " + texts + " from " + table() + whereKey() + " for update")) {
            bind(query, 1, key.values());
            try (ResultSet row = query.executeQuery()) {
                isRow = row.next();
                if (!isRow) {
                    return Optional.empty();
                }
                var values = new TreeMap<String, Optional<String>>();
                for (int index = 0; index < columns.size(); index++) {
                    values.put(columns.get(index), Optional.ofNullable(row.getString(index + 1)));
                }
                int at = columns.size();
                var version = new Version(row.getLong(at + 1), row.getString(at + 2));
                return Optional.of(state(rule, version, true, Optional.ofNullable(row.getString(at + 3)), values));
            }
        }
    }

    private Optional<RowState> lockTombstone(TableRule rule) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select version, region, state, content from meridian.tombstone
                where relation = ? and key = ?::jsonb for update""")) {
            query.setString(1, name());
            query.setString(2, MergeStates.object(key));
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || row.getLong(1) == 0) {
                    return Optional.empty();
                }
                var version = new Version(row.getLong(1), row.getString(2));
                var content = MergeStates.values(Optional.ofNullable(row.getString(4)));
                return Optional.of(state(rule, version, false, Optional.ofNullable(row.getString(3)), content));
            }
        }
    }

    private static RowState state(
            TableRule rule,
            Version version,
            boolean alive,
            Optional<String> state,
            SortedMap<String, Optional<String>> values) {
        return rule.wholeRow()
                ? RowState.whole(version, alive, values)
                : MergeStates.read(version, alive, state, values);
    }

    /** @param before what {@link #lock} answered */
    void write(TableRule rule, Optional<RowState> before, RowState after) throws SQLException {
        if (after.alive()) {
            if (isRow) {
                update(rule, before.map(RowState::values).orElse(new TreeMap<>()), after);
            } else {
                insert(rule, after);
            }
            return;
        }
        if (isRow) {
            delete();
        }
        writeTombstone(rule, after);
    }

    private void insert(TableRule rule, RowState after) throws SQLException {
        Map<String, Optional<String>> row = new TreeMap<>(key);
        columns.forEach(column -> row.put(column, after.values().getOrDefault(column, Optional.empty())));
        row.putAll(ours(rule, after));
        try (PreparedStatement insert = store.prepareStatement("insert into " + table() + " ("
                + row.keySet().stream().map(MergedRow::quoted).collect(joining(", "))
                + ") overriding system value values ("
                + row.keySet().stream().map(_ -> "?").collect(joining(", ")) + ")")) {
            bind(insert, 1, row.values());
            insert.executeUpdate();
        }
        removeTombstone();
    }

    private void update(TableRule rule, SortedMap<String, Optional<String>> before, RowState after)
            throws SQLException {
        Map<String, Optional<String>> row = new TreeMap<>();
        for (String column : columns) {
            Optional<String> value = after.values().getOrDefault(column, Optional.empty());
            if (!value.equals(before.get(column))) {
                row.put(column, value);
            }
        }
        row.putAll(ours(rule, after));
        try (PreparedStatement update = store.prepareStatement("update " + table() + " set "
                + row.keySet().stream().map(column -> quoted(column) + " = ?").collect(joining(", ")) + whereKey())) {
            bind(update, 1, row.values());
            bind(update, 1 + row.size(), key.values());
            expectOne(update.executeUpdate());
        }
    }

    private void delete() throws SQLException {
        try (PreparedStatement delete = store.prepareStatement("delete from " + table() + whereKey())) {
            bind(delete, 1, key.values());
            expectOne(delete.executeUpdate());
        }
    }

    private void expectOne(int count) {
        if (count != 1) {
            throw new IllegalStateException("a locked row of " + name() + " was gone when it was written");
        }
    }

    private static Map<String, Optional<String>> ours(TableRule rule, RowState after) {
        return Map.of(
                MergeChange.VERSION, Optional.of(Long.toString(after.version().clock())),
                MergeChange.REGION, Optional.of(after.version().region()),
                MergeChange.STATE, rule.wholeRow() ? Optional.empty() : Optional.of(MergeStates.write(after)));
    }

    private void writeTombstone(TableRule rule, RowState after) throws SQLException {
        try (PreparedStatement write = store.prepareStatement("""
                insert into meridian.tombstone (relation, key, version, region, state, content)
                values (?, ?::jsonb, ?, ?, ?::jsonb, ?::jsonb)
                on conflict (relation, key) do update
                set version = excluded.version, region = excluded.region, state = excluded.state, content = excluded.content""")) {
            write.setString(1, name());
            write.setString(2, MergeStates.object(key));
            write.setLong(3, after.version().clock());
            write.setString(4, after.version().region());
            write.setString(5, rule.wholeRow() ? null : MergeStates.write(after));
            write.setString(6, rule.wholeRow() ? null : MergeStates.object(after.values()));
            write.executeUpdate();
        }
    }

    private void removeTombstone() throws SQLException {
        try (PreparedStatement remove =
                store.prepareStatement("delete from meridian.tombstone where relation = ? and key = ?::jsonb")) {
            remove.setString(1, name());
            remove.setString(2, MergeStates.object(key));
            remove.executeUpdate();
        }
    }

    /** For people: what was here, what came, and which of them stands. */
    void noteConflict(RegionId source, RowState here, RowState incoming, RowState joined) throws SQLException {
        try (PreparedStatement note = store.prepareStatement("""
                insert into meridian.conflict (relation, key, shard, source, decision, ours, theirs)
                values (?, ?::jsonb, ?, ?, ?,
                        jsonb_build_object('clock', ?::bigint, 'region', ?::text, 'deleted', ?::boolean, 'values', ?::jsonb),
                        jsonb_build_object('clock', ?::bigint, 'region', ?::text, 'deleted', ?::boolean, 'values', ?::jsonb))""")) {
            note.setString(1, name());
            note.setString(2, MergeStates.object(key));
            note.setInt(3, change.shard().number());
            note.setString(4, source.name());
            note.setString(5, joined.equals(incoming) ? "THEIRS" : joined.equals(here) ? "OURS" : "MERGED");
            bind(note, 6, here);
            bind(note, 10, incoming);
            note.executeUpdate();
        }
    }

    private static void bind(PreparedStatement note, int from, RowState state) throws SQLException {
        note.setLong(from, state.version().clock());
        note.setString(from + 1, state.version().region());
        note.setBoolean(from + 2, !state.alive());
        note.setString(from + 3, MergeStates.object(state.values()));
    }

    private static void bind(PreparedStatement statement, int from, Iterable<Optional<String>> values)
            throws SQLException {
        int index = from;
        for (Optional<String> value : values) {
            if (value.isPresent()) {
                statement.setObject(index++, value.get(), Types.OTHER);
            } else {
                statement.setNull(index++, Types.OTHER);
            }
        }
    }

    private String name() {
        return shape.schema() + "." + shape.table();
    }

    private String table() {
        return quoted(shape.schema()) + "." + quoted(shape.table());
    }

    private String whereKey() {
        return " where "
                + key.keySet().stream().map(column -> quoted(column) + " = ?").collect(joining(" and "));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
