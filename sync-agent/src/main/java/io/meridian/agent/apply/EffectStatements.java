package io.meridian.agent.apply;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Batches of row effects as SQL. Values go as text of no type, so that the store converts them as it would what a person typed; rows of one
 * statement go in one round trip.
 */
final class EffectStatements {
    private final Connection store;
    private final TableShapes shapes;

    EffectStatements(Connection store, TableShapes shapes) {
        this.store = store;
        this.shapes = shapes;
    }

    /** A statement with what its rows must do. @param exact each row must hit exactly one */
    private record Sql(String text, boolean exact, String table) {}

    /** Removals first: a unique value may move from a removed row to another one. */
    void run(List<RowEffect> batch) throws SQLException {
        Map<Sql, List<List<Value>>> removals = new LinkedHashMap<>();
        Map<Sql, List<List<Value>>> writes = new LinkedHashMap<>();
        for (RowEffect effect : batch) {
            TableShape shape = shapes.of(effect.relation());
            switch (effect) {
                case RowEffect.Remove remove ->
                    add(removals, remove(shape), key(shape, remove.relation(), remove.oldKey()));
                case RowEffect.Put put -> add(writes, put(shape, put.relation()), put.row());
                case RowEffect.Patch patch -> set(writes, shape, patch.relation(), patch.row(), patch.row());
                case RowEffect.Rekey rekey -> set(writes, shape, rekey.relation(), rekey.oldKey(), rekey.row());
            }
        }
        execute(removals);
        execute(writes);
    }

    private static void add(Map<Sql, List<List<Value>>> statements, Sql sql, List<Value> parameters) {
        statements.computeIfAbsent(sql, _ -> new ArrayList<>()).add(parameters);
    }

    private void execute(Map<Sql, List<List<Value>>> statements) throws SQLException {
        for (var statement : statements.entrySet()) {
            Sql sql = statement.getKey();
            try (PreparedStatement prepared = store.prepareStatement(sql.text())) {
                for (List<Value> parameters : statement.getValue()) {
                    bind(prepared, parameters);
                    prepared.addBatch();
                }
                for (int count : prepared.executeBatch()) {
                    if (sql.exact() && count != 1) {
                        throw new CannotApplyException("a row of " + sql.table()
                                + " that the stream changes is not here: this copy differs from its source");
                    }
                }
            }
        }
    }

    private static void bind(PreparedStatement prepared, List<Value> parameters) throws SQLException {
        int index = 1;
        for (Value value : parameters) {
            switch (value) {
                case Value.Text text -> prepared.setObject(index++, text.text(), Types.OTHER);
                case Value.Null _ -> prepared.setNull(index++, Types.OTHER);
                case Value.Unchanged _ -> throw new IllegalStateException("a value that is not in the log reached SQL");
            }
        }
    }

    private static Sql put(TableShape shape, Relation relation) {
        List<String> columns =
                relation.columns().stream().map(Relation.Column::name).toList();
        String changed = columns.stream()
                .filter(column -> !shape.key().contains(column))
                .map(column -> quoted(column) + " = excluded." + quoted(column))
                .collect(Collectors.joining(", "));
        return new Sql(
                "insert into " + name(shape) + " (" + list(columns) + ") overriding system value values ("
                        + columns.stream().map(_ -> "?").collect(Collectors.joining(", ")) + ") on conflict ("
                        + list(shape.key()) + ") do " + (changed.isEmpty() ? "nothing" : "update set " + changed),
                false,
                relation.qualifiedName());
    }

    private static Sql remove(TableShape shape) {
        return new Sql(
                "delete from " + name(shape) + " where " + whereKey(shape),
                false,
                shape.schema() + "." + shape.table());
    }

    /** Columns of the key that stay are not written: PostgreSQL refuses to write a key that it generates itself, even with the same value. */
    private static void set(
            Map<Sql, List<List<Value>>> writes,
            TableShape shape,
            Relation relation,
            List<Value> oldKey,
            List<Value> row) {
        List<String> columns = new ArrayList<>();
        List<Value> parameters = new ArrayList<>();
        for (int index = 0; index < row.size(); index++) {
            String column = relation.columns().get(index).name();
            boolean stays = shape.key().contains(column) && row.get(index).equals(oldKey.get(index));
            if (!stays && !(row.get(index) instanceof Value.Unchanged)) {
                columns.add(column);
                parameters.add(row.get(index));
            }
        }
        if (columns.isEmpty()) {
            return; // Nothing but what the log does not hold, because it did not change.
        }
        parameters.addAll(key(shape, relation, oldKey));
        String text = "update " + name(shape) + " set "
                + columns.stream().map(column -> quoted(column) + " = ?").collect(Collectors.joining(", "))
                + " where " + whereKey(shape);
        add(writes, new Sql(text, true, relation.qualifiedName()), parameters);
    }

    private static List<Value> key(TableShape shape, Relation relation, List<Value> row) {
        return shape.key().stream()
                .map(column -> row.get(relation.indexOf(column)))
                .toList();
    }

    private static String whereKey(TableShape shape) {
        return shape.key().stream().map(column -> quoted(column) + " = ?").collect(Collectors.joining(" and "));
    }

    private static String list(List<String> columns) {
        return columns.stream().map(EffectStatements::quoted).collect(Collectors.joining(", "));
    }

    private static String name(TableShape shape) {
        return quoted(shape.schema()) + "." + quoted(shape.table());
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
