package io.meridian.agent.orphan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows named as {@code meridian.touched} names them: the primary key, columns to texts. By the catalog here, since the log tells the replica identity, which
 * may be the whole row. For one transaction.
 */
final class RowKeys {
    private final Connection store;
    private final Map<Relation, List<String>> known = new HashMap<>();

    RowKeys(Connection store) {
        this.store = store;
    }

    /** One key, or two when the change gave the row another one: the newest first. */
    List<String> of(RowChange change) throws SQLException {
        List<String> columns = columns(change.relation());
        return switch (change) {
            case RowChange.Insert insert -> List.of(key(change.relation(), columns, insert.row()));
            case RowChange.Delete delete -> List.of(key(change.relation(), columns, delete.oldKey()));
            case RowChange.Update update -> {
                String after = key(change.relation(), columns, update.row());
                String before = update.oldKey()
                        .map(old -> key(change.relation(), columns, old))
                        .orElse(after);
                yield before.equals(after) ? List.of(after) : List.of(after, before);
            }
        };
    }

    private static String key(Relation relation, List<String> columns, List<Value> row) {
        ObjectNode key = ChangeText.JSON.createObjectNode();
        for (String column : columns) {
            int index = relation.indexOf(column);
            if (index >= 0 && row.get(index) instanceof Value.Text text) {
                key.put(column, text.text());
            }
        }
        return key.toString();
    }

    /** Where the table is not here, what the log calls its key. */
    private List<String> columns(Relation relation) throws SQLException {
        List<String> columns = known.get(relation);
        if (columns == null) {
            columns = asked(relation);
            if (columns.isEmpty()) {
                columns = relation.columns().stream()
                        .filter(Relation.Column::key)
                        .map(Relation.Column::name)
                        .toList();
            }
            known.put(relation, columns);
        }
        return columns;
    }

    private List<String> asked(Relation relation) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select a.attname from pg_catalog.pg_class c
                join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
                join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[])
                where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
                order by array_position(i.indkey::int2[], a.attnum)
                """)) {
            query.setString(1, relation.schema());
            query.setString(2, relation.table());
            List<String> columns = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    columns.add(row.getString(1));
                }
            }
            return columns;
        }
    }
}
