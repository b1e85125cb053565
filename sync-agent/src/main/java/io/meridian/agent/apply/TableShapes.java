package io.meridian.agent.apply;

import io.meridian.agent.record.Relation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The store's tables, each asked for once; forgotten when something failed, since a migration may have come in between. */
final class TableShapes {
    private final Connection store;
    private final Map<Relation, TableShape> known = new HashMap<>();

    TableShapes(Connection store) {
        this.store = store;
    }

    /** @throws CannotApplyException the table is not here, or lacks something that the change has */
    TableShape of(Relation relation) throws SQLException {
        TableShape shape = known.get(relation);
        if (shape == null) {
            shape = load(relation);
            shape.mustHold(relation);
            known.put(relation, shape);
        }
        return shape;
    }

    void forget() {
        known.clear();
    }

    private TableShape load(Relation relation) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("""
                select a.attname, coalesce(array_position(i.indkey::int2[], a.attnum), -1) as place, format_type(a.atttypid, -1) as type
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                left join pg_index i on i.indrelid = c.oid and i.indisprimary
                where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')
                """)) {
            statement.setString(1, relation.schema());
            statement.setString(2, relation.table());
            Map<String, String> columns = new HashMap<>();
            Map<Integer, String> key = new TreeMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    columns.put(row.getString(1), row.getString(3));
                    if (row.getInt(2) >= 0) {
                        key.put(row.getInt(2), row.getString(1));
                    }
                }
            }
            if (columns.isEmpty()) {
                throw new CannotApplyException("table " + relation.qualifiedName()
                        + " is in the stream but not in this region's store: run the migration here too");
            }
            if (key.isEmpty()) {
                throw new CannotApplyException(
                        "table " + relation.qualifiedName() + " has no primary key in this region's store");
            }
            List<String> keyColumns = new ArrayList<>(key.values());
            return new TableShape(relation.schema(), relation.table(), columns, keyColumns);
        }
    }
}
