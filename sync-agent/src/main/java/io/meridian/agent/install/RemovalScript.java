package io.meridian.agent.install;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The SQL that takes everything of Meridian out of a store, as the store's catalogs have it now, whatever release put it there; {@code --dry-run} prints
 * exactly what {@code --apply} runs. Nothing is dropped by CASCADE: an index, default or column of the user's that hangs on a function
 * of schema meridian makes PostgreSQL refuse and name it, and nothing is changed.
 *
 * @param schema one transaction
 * @param server slot and origins, which know no transactions, afterwards
 */
record RemovalScript(List<String> schema, List<String> server) {
    static RemovalScript of(StoreQueries store, InstallPlan plan) throws SQLException {
        String agent = InstallScript.identifier(plan.agentRole());
        boolean agentExists = store.holds("select exists (select from pg_roles where rolname = ?)", plan.agentRole());
        List<String> schema = new ArrayList<>();
        store.rows("""
                select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass)
                from pg_trigger t join pg_proc f on f.oid = t.tgfoid
                where f.pronamespace = to_regnamespace('meridian') and t.tgparentid = 0
                and not exists (select from pg_class c where c.oid = t.tgrelid and c.relnamespace = f.pronamespace)
                order by t.tgrelid::regclass::text, t.tgname""").forEach(row -> schema.add(row.getFirst()));
        if (agentExists) {
            for (List<String> table : store.rows("""
                    select format('%I.%I', n.nspname, c.relname), format('%I', n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname <> 'meridian' and exists (select from aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee where r.rolname = ?)
                    order by 1""", plan.agentRole())) {
                schema.add("revoke all on " + table.getFirst() + " from " + agent);
                String usage = "revoke usage on schema " + table.get(1) + " from " + agent;
                if (!schema.contains(usage)) {
                    schema.add(usage);
                }
            }
            store.rows("""
                    select format('revoke execute on function %s from %I', f.oid::regprocedure, r.rolname)
                    from pg_proc f, aclexplode(f.proacl) a join pg_roles r on r.oid = a.grantee
                    where f.pronamespace = 'pg_catalog'::regnamespace and r.rolname = ? order by 1""", plan.agentRole()).forEach(row -> schema.add(row.getFirst()));
            // The parameter is the server's: agents of other store groups in it may be the same role.
            if (store.holds(
                    "select has_parameter_privilege(?, 'session_replication_role', 'SET') and not exists "
                            + "(select from pg_replication_slots where slot_name like 'meridian\\_%' and database <> current_database())",
                    plan.agentRole())) {
                schema.add("revoke set on parameter session_replication_role from " + agent);
            }
        }
        if (store.holds("select exists (select from pg_publication where pubname = ?)", plan.publication())) {
            schema.add("drop publication " + InstallScript.identifier(plan.publication()));
        }
        of(store, schema, "drop table ", """
                select string_agg(c.oid::regclass::text, ', ' order by c.oid::regclass::text) from pg_class c
                where c.relnamespace = to_regnamespace('meridian') and c.relkind in ('r', 'p') and not c.relispartition""");
        of(store, schema, "drop sequence ", """
                select string_agg(c.oid::regclass::text, ', ' order by c.oid::regclass::text) from pg_class c
                where c.relnamespace = to_regnamespace('meridian') and c.relkind = 'S'
                and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))""");
        of(store, schema, "drop function ", """
                select string_agg(f.oid::regprocedure::text, ', ' order by f.oid::regprocedure::text) from pg_proc f
                where f.pronamespace = to_regnamespace('meridian')""");
        if (store.holds("select to_regnamespace('meridian') is not null")) {
            schema.add("drop schema meridian");
        }

        List<String> server = new ArrayList<>();
        if (store.holds(
                "select exists (select from pg_replication_slots where slot_name = ? and database = current_database())",
                plan.slot())) {
            server.add("select pg_catalog.pg_drop_replication_slot(" + InstallScript.literal(plan.slot()) + ")");
        }
        store.rows(
                        "select roname from pg_replication_origin where starts_with(roname, ?) order by 1",
                        "meridian_" + plan.group() + "_")
                .forEach(origin -> server.add("select pg_catalog.pg_replication_origin_drop("
                        + InstallScript.literal(origin.getFirst()) + ")"));
        return new RemovalScript(schema, server);
    }

    private static void of(StoreQueries store, List<String> schema, String drop, String question) throws SQLException {
        String names = store.text(question);
        if (!names.isEmpty()) {
            schema.add(drop + names);
        }
    }

    boolean empty() {
        return schema.isEmpty() && server.isEmpty();
    }

    /** As {@code psql} takes it. */
    String text() {
        StringBuilder text = new StringBuilder("begin;\n");
        schema.forEach(statement -> text.append(statement).append(";\n"));
        text.append("commit;\n");
        server.forEach(statement -> text.append(statement).append(";\n"));
        return text.toString();
    }
}
