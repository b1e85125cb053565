package io.meridian.agent.apply;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Batches of row effects as SQL: rows that need the same statement go in one, column by column as arrays of text, which the store converts as it would
 * what a person typed. Ten times as fast as a statement per row (measured: FACTS).
 */
final class EffectStatements {
    /** Bounds what one statement holds in memory, here and there. */
    private static final int MOST_ROWS = 1_000;

    private final Connection store;
    private final TableShapes shapes;

    EffectStatements(Connection store, TableShapes shapes) {
        this.store = store;
        this.shapes = shapes;
    }

    /** A statement with what its rows must do. @param width parameters per row @param exact each row must hit exactly one */
    private record Sql(String text, int width, boolean exact, String table) {}

    /** Removals first: a unique value may move from a removed row to another one. */
    void run(List<RowEffect> batch) throws SQLException {
        Map<Sql, List<List<Value>>> removals = new LinkedHashMap<>();
        Map<Sql, List<List<Value>>> writes = new LinkedHashMap<>();
        Map<Relation, Sql> puts = new HashMap<>();
        for (RowEffect effect : batch) {
            TableShape shape = shapes.of(effect.relation());
            switch (effect) {
                case RowEffect.Remove remove ->
                    add(removals, remove(shape), key(shape, remove.relation(), remove.oldKey()));
                case RowEffect.Put put ->
                    add(writes, puts.computeIfAbsent(put.relation(), relation -> put(shape, relation)), put.row());
                case RowEffect.Patch patch -> set(writes, shape, patch.relation(), patch.row(), patch.row());
                case RowEffect.Rekey rekey -> set(writes, shape, rekey.relation(), rekey.oldKey(), rekey.row());
            }
        }
        execute(removals);
        execute(writes);
    }

    /** A row that is not here stays so. @return whether it is here */
    boolean runIfThere(RowEffect effect) throws SQLException {
        TableShape shape = shapes.of(effect.relation());
        Map<Sql, List<List<Value>>> writes = new LinkedHashMap<>();
        switch (effect) {
            case RowEffect.Put _, RowEffect.Remove _ -> {
                run(List.of(effect));
                return true;
            }
            case RowEffect.Patch patch -> set(writes, shape, patch.relation(), patch.row(), patch.row());
            case RowEffect.Rekey rekey -> set(writes, shape, rekey.relation(), rekey.oldKey(), rekey.row());
        }
        for (var statement : writes.entrySet()) {
            if (execute(statement.getKey(), statement.getValue(), false) == 0) {
                return false;
            }
        }
        return true;
    }

    private static void add(Map<Sql, List<List<Value>>> statements, Sql sql, List<Value> parameters) {
        statements.computeIfAbsent(sql, _ -> new ArrayList<>()).add(parameters);
    }

    private void execute(Map<Sql, List<List<Value>>> statements) throws SQLException {
        for (var statement : statements.entrySet()) {
            Sql sql = statement.getKey();
            List<List<Value>> rows = statement.getValue();
            for (int from = 0; from < rows.size(); from += MOST_ROWS) {
                execute(sql, rows.subList(from, Math.min(rows.size(), from + MOST_ROWS)), sql.exact());
            }
        }
    }

    private int execute(Sql sql, List<List<Value>> rows, boolean exact) throws SQLException {
        try (PreparedStatement prepared = store.prepareStatement(sql.text())) {
            for (int column = 0; column < sql.width(); column++) {
                prepared.setArray(column + 1, store.createArrayOf("text", texts(rows, column)));
            }
            int count = prepared.executeUpdate();
            if (exact && count != rows.size()) {
                throw new CannotApplyException("of " + rows.size() + " rows of " + sql.table()
                        + " that the stream changes " + count + " are here: this copy differs from its source");
            }
            return count;
        }
    }

    private static @Nullable String[] texts(List<List<Value>> rows, int column) {
        var texts = new @Nullable String[rows.size()];
        for (int row = 0; row < texts.length; row++) {
            texts[row] = switch (rows.get(row).get(column)) {
                case Value.Text text -> text.text();
                case Value.Null _ -> null;
                case Value.Unchanged _ -> throw new IllegalStateException("a value that is not in the log reached SQL");
            };
        }
        return texts;
    }

    private static Sql put(TableShape shape, Relation relation) {
        List<String> columns =
                relation.columns().stream().map(Relation.Column::name).toList();
        String changed = columns.stream()
                .filter(column -> !shape.key().contains(column))
                .map(column -> quoted(column) + " = excluded." + quoted(column))
                .collect(Collectors.joining(", "));
        return new Sql(
                "insert into " + name(shape) + " (" + list(columns) + ") overriding system value select "
                        + converted(shape, columns, 0) + " from " + given(columns.size()) + " on conflict ("
                        + list(shape.key()) + ") do " + (changed.isEmpty() ? "nothing" : "update set " + changed),
                columns.size(),
                false,
                relation.qualifiedName());
    }

    private static Sql remove(TableShape shape) {
        return new Sql(
                "delete from " + name(shape) + " t using " + given(shape.key().size()) + " where " + whereKey(shape, 0),
                shape.key().size(),
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
        String changed = IntStream.range(0, columns.size())
                .mapToObj(index -> quoted(columns.get(index)) + " = " + converted(shape, columns.get(index), index))
                .collect(Collectors.joining(", "));
        String text = "update " + name(shape) + " t set " + changed + " from " + given(parameters.size()) + " where "
                + whereKey(shape, columns.size());
        add(writes, new Sql(text, parameters.size(), true, relation.qualifiedName()), parameters);
    }

    private static List<Value> key(TableShape shape, Relation relation, List<Value> row) {
        return shape.key().stream()
                .map(column -> row.get(relation.indexOf(column)))
                .toList();
    }

    /** The rows that a statement is given: columns c0, c1, ... as text. */
    private static String given(int width) {
        return IntStream.range(0, width).mapToObj(_ -> "?").collect(Collectors.joining(", ", "unnest(", ")"))
                + IntStream.range(0, width)
                        .mapToObj(index -> "c" + index)
                        .collect(Collectors.joining(", ", " g (", ")"));
    }

    private static String converted(TableShape shape, List<String> columns, int first) {
        return IntStream.range(0, columns.size())
                .mapToObj(index -> converted(shape, columns.get(index), first + index))
                .collect(Collectors.joining(", "));
    }

    private static String converted(TableShape shape, String column, int place) {
        return "g.c" + place + "::" + shape.columns().get(column);
    }

    private static String whereKey(TableShape shape, int first) {
        return IntStream.range(0, shape.key().size())
                .mapToObj(index -> "t." + quoted(shape.key().get(index)) + " = "
                        + converted(shape, shape.key().get(index), first + index))
                .collect(Collectors.joining(" and "));
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
