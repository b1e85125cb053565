package io.meridian.agent.orphan;

import io.meridian.agent.repair.RepairedTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Foreign keys of a table and to it, checked by hand: a salvaged write fires no triggers, because what they did where it was made is in the log too, and
 * PostgreSQL checks these by triggers.
 */
final class ForeignKeys {
    private record Constraint(
            String name, String child, String parent, List<String> childColumns, List<String> parentColumns) {
        String joined() {
            return IntStream.range(0, childColumns.size())
                    .mapToObj(index -> "p." + parentColumns.get(index) + " = c." + childColumns.get(index))
                    .collect(Collectors.joining(" and "));
        }
    }

    private final Connection store;
    private final RepairedTable table;

    ForeignKeys(Connection store, RepairedTable table) {
        this.store = store;
        this.table = table;
    }

    /** The row with this key refers to one that is not there. */
    Optional<String> dangling(List<String> key) throws SQLException {
        for (Constraint constraint : constraints("conrelid")) {
            String known = constraint.childColumns().stream()
                    .map(column -> "c." + column + " is not null")
                    .collect(Collectors.joining(" and "));
            if (exists(
                    "select from " + constraint.child() + " c where " + where("c") + " and " + known
                            + " and not exists (select from " + constraint.parent() + " p where "
                            + constraint.joined() + ")",
                    key)) {
                return Optional.of("foreign key " + constraint.name() + ": it refers to a row that is not here");
            }
        }
        return Optional.empty();
    }

    /** Others refer to the row with this key. */
    Optional<String> referred(List<String> key) throws SQLException {
        for (Constraint constraint : constraints("confrelid")) {
            if (exists(
                    "select from " + constraint.parent() + " p join " + constraint.child() + " c on "
                            + constraint.joined() + " where " + where("p"),
                    key)) {
                return Optional.of(
                        "foreign key " + constraint.name() + ": rows of " + constraint.child() + " refer to it");
            }
        }
        return Optional.empty();
    }

    private boolean exists(String query, List<String> key) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement("select exists (" + query + ")")) {
            for (int index = 0; index < key.size(); index++) {
                statement.setString(index + 1, key.get(index));
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private String where(String of) {
        return table.key().stream()
                .map(column -> of + ".\"" + column.name().replace("\"", "\"\"") + "\" = ?::" + column.type())
                .collect(Collectors.joining(" and "));
    }

    private List<Constraint> constraints(String side) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select f.conname, f.conrelid::regclass::text, f.confrelid::regclass::text,
                    (select array_agg(quote_ident(a.attname) order by k.place) from unnest(f.conkey) with ordinality k (number, place)
                        join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number),
                    (select array_agg(quote_ident(a.attname) order by k.place) from unnest(f.confkey) with ordinality k (number, place)
                        join pg_catalog.pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.number)
                from pg_catalog.pg_constraint f
                join pg_catalog.pg_class c on c.oid = f.\s""" + side + """
                 join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where f.contype = 'f' and f.conparentid = 0 and f.conenforced and n.nspname = ? and c.relname = ? order by f.conname
                """)) {
            query.setString(1, table.table().schema());
            query.setString(2, table.table().name());
            List<Constraint> constraints = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    constraints.add(new Constraint(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            List.of((String[]) row.getArray(4).getArray()),
                            List.of((String[]) row.getArray(5).getArray())));
                }
            }
            return constraints;
        }
    }
}
