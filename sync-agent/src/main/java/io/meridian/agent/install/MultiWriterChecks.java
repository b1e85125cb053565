package io.meridian.agent.install;

import io.meridian.topology.Topology;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a table must obey besides that every region may write: nothing in it may refuse what a merge comes to. */
final class MultiWriterChecks {
    private static final Set<String> WHOLE = Set.of("smallint", "integer", "bigint", "numeric");
    private static final Set<String> ORDERED = Set.of(
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "real",
            "double precision",
            "date",
            "timestamp without time zone",
            "timestamp with time zone");

    private final StoreQueries store;
    private final InstallFaults faults;

    MultiWriterChecks(StoreQueries store, InstallFaults faults) {
        this.store = store;
        this.faults = faults;
    }

    void table(Topology.Table table, String name, String relation) throws SQLException {
        each(
                """
                select i.indexrelid::regclass::text from pg_index i
                where i.indrelid = to_regclass(?) and not i.indisprimary and (i.indisunique or i.indisexclusion)""",
                relation,
                index -> fault(
                        "unique index " + index + " of " + name
                                + " cannot hold across regions: two of them may use one value at once, and neither row could be applied in the other",
                        "drop it, or make its columns the primary key"));
        each(
                "select conname from pg_constraint where conrelid = to_regclass(?) and contype = 'f'",
                relation,
                key -> fault(
                        "foreign key " + key + " of " + name
                                + " is not enforced where changes are applied, and its target may be deleted elsewhere",
                        "drop it: alter table " + name + " drop constraint " + key));
        each(
                """
                select conname from pg_constraint where conrelid = to_regclass(?) and contype = 'c'
                and exists (select from pg_attribute a where a.attrelid = conrelid and a.attnum = any (conkey)
                            and a.attname = any (string_to_array(?, ',')))""",
                relation,
                String.join(",", table.columns().keySet()),
                check -> fault(
                        "check " + check + " of " + name
                                + " is about a merged column: two values that obey it may merge into one that does not",
                        "drop it, and check where it is read: alter table " + name + " drop constraint " + check));
        if (!table.resolver().equals("last-writer-wins")) {
            each(
                    "select conname from pg_constraint where conrelid = to_regclass(?) and contype = 'c' and cardinality(conkey) > 1",
                    relation,
                    check -> fault(
                            "check " + check + " of " + name
                                    + " is about several columns, each of which has a last writer of its own",
                            "drop it, or let the last writer win the row: resolver last-writer-wins"));
        }
        for (Map.Entry<String, String> column : table.columns().entrySet()) {
            column(name, relation, column.getKey(), column.getValue());
        }
    }

    private void column(String name, String relation, String column, String resolver) throws SQLException {
        List<String> types = texts(
                "select format_type(atttypid, null) from pg_attribute where attrelid = to_regclass(?) and attname = ? and attnum > 0 and not attisdropped",
                relation,
                column);
        if (types.isEmpty()) {
            fault(name + " has no column " + column, "add it, or leave it out of the topology's 'columns'");
            return;
        }
        String type = types.getFirst();
        boolean fits = switch (resolver) {
            case "counter" -> WHOLE.contains(type);
            case "max", "min" -> ORDERED.contains(type);
            case "set" -> type.endsWith("[]") || type.equals("jsonb");
            default -> true;
        };
        if (!fits) {
            fault(
                    name + "." + column + " is " + type + ", which " + resolver + " cannot merge",
                    "counter takes " + WHOLE + ", max and min " + ORDERED + ", set arrays and jsonb");
        }
        if (!texts("""
                        select a.attname from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
                        where a.attrelid = to_regclass(?) and a.attname = ?
                        and (a.attgenerated <> '' or a.attnum = any (i.indkey::int2[]))""", relation, column).isEmpty()) {
            fault(
                    name + "." + column + " is generated, or part of the primary key: it is never merged",
                    "leave it out of the topology's 'columns'");
        }
    }

    private interface Found {
        void fault(String name);
    }

    private void each(String sql, String relation, Found found) throws SQLException {
        texts(sql, relation).forEach(found::fault);
    }

    private void each(String sql, String relation, String columns, Found found) throws SQLException {
        texts(sql, relation, columns).forEach(found::fault);
    }

    private List<String> texts(String sql, String... arguments) throws SQLException {
        return store.rows(sql + " order by 1", arguments).stream()
                .map(List::getFirst)
                .toList();
    }

    private void fault(String what, String cure) {
        faults.add(what, cure);
    }
}
