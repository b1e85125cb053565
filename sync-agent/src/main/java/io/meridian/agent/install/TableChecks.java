package io.meridian.agent.install;

import io.meridian.topology.Topology;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** What each sharded table must obey: its kind, its key, what its rows point at, and who may write it. */
final class TableChecks {
    private static final Set<String> KEY_TYPES = Set.of("text", "character varying", "uuid", "bigint", "integer");

    private final StoreQueries store;
    private final InstallPlan plan;
    private final InstallFaults faults;

    TableChecks(StoreQueries store, InstallPlan plan, InstallFaults faults) {
        this.store = store;
        this.plan = plan;
        this.faults = faults;
    }

    void check(Topology.Table table) throws SQLException {
        String name = table.schema() + "." + table.name();
        String relation = InstallScript.qualified(table);
        String kind = store.text(
                "select relkind::text || relpersistence::text from pg_class where oid = to_regclass(?)", relation);
        if (!kind.equals("rp") && !kind.equals("pp")) {
            faults.add(
                    name + (kind.isEmpty() ? " does not exist" : " is not an ordinary, logged table"),
                    "create it as an ordinary or partitioned table, with the role that runs migrations, before installing");
            return;
        }
        parts(table, name, relation, kind.equals("pp"));
        key(table, name, relation);
        new KeyChecks(store, plan, faults).check(table, name, relation);
        if (!table.sharded()) {
            new MultiWriterChecks(store, faults).table(table, name, relation);
        } else if (!table.bulk()) {
            laterTriggers(name, relation);
        }
        if (!store.holds(
                        "select exists (select from pg_trigger where tgrelid = to_regclass(?) and tgname in ('zz_meridian_fence', 'zz_meridian_fence_insert', 'zz_meridian_version'))",
                        relation)
                && store.holds("select exists (select from " + relation + ")")) {
            faults.add(
                    name + " has rows already, which no change stream told to the other regions",
                    "install into empty tables, then load the data through the edge; copying what exists (bootstrap) is not built yet");
        }
        writers(name, relation);
    }

    /** Partitions and children can be written past the table they belong to. */
    private void parts(Topology.Table table, String name, String relation, boolean partitioned) throws SQLException {
        if (store.holds("select relispartition from pg_class where oid = to_regclass(?)", relation)) {
            faults.add(
                    name + " is a partition: rows that are routed to it belong to another table",
                    "name the partitioned table in the topology, not its partitions");
        }
        if (partitioned && table.bulk()) {
            faults.add(
                    name + " is partitioned and declared bulk: a partition that is added later would have no fence",
                    "leave 'bulk' out: the fence by row comes with every partition");
        }
        if (!partitioned
                && store.holds("select exists (select from pg_inherits where inhparent = to_regclass(?))", relation)) {
            faults.add(
                    name + " has child tables by inheritance, which no fence guards",
                    "make them partitions, or tables of their own");
        }
        for (List<String> part : store.rows("""
                select c.oid::regclass::text, c.relkind <> 'r' or c.relpersistence <> 'p', c.relreplident not in ('d', 'f')
                from (select to_regclass(?)::oid union select relid::oid from pg_partition_tree(to_regclass(?)) where isleaf) t(id)
                join pg_class c on c.oid = t.id order by 1""", relation, relation)) {
            boolean root =
                    !partitioned || store.holds("select ?::regclass = to_regclass(?)", part.getFirst(), relation);
            String which = root ? name : name + "'s partition " + part.getFirst();
            if (part.get(1).equals("t") && !root) {
                faults.add(which + " is not an ordinary, logged table", "make it one, or detach it");
            }
            if (part.get(2).equals("t")) {
                faults.add(
                        which + " has another replica identity than its primary key",
                        "alter table " + (root ? name : part.getFirst()) + " replica identity default");
            }
        }
    }

    private void key(Topology.Table table, String name, String relation) throws SQLException {
        String column = table.shardingColumn();
        String type = store.text(
                "select format_type(atttypid, null) from pg_attribute where attrelid = to_regclass(?) and attname = ? and not attisdropped",
                relation,
                column);
        if (type.isEmpty()) {
            faults.add(
                    name + " has no column " + column,
                    "add the sharding column to the table, or name the right one in the topology");
            return;
        }
        if (!KEY_TYPES.contains(type)) {
            faults.add(
                    name + "." + column + " is " + type + ": a sharding key must have one text per value",
                    "use one of " + KEY_TYPES.stream().sorted().toList());
        }
        if (store.holds("""
                select attgenerated <> '' or not coalesce(collisdeterministic, true)
                from pg_attribute left join pg_collation c on c.oid = attcollation
                where attrelid = to_regclass(?) and attname = ?""", relation, column)) {
            faults.add(
                    name + "." + column + " is generated, or compares different texts as equal",
                    "make it an ordinary column with a deterministic collation");
        }
    }

    /** Row triggers fire in the order of their names, and one behind the fence could change the key that it has checked. */
    private void laterTriggers(String name, String relation) throws SQLException {
        for (List<String> trigger : store.rows("""
                select tgname from pg_trigger
                where tgrelid = to_regclass(?) and not tgisinternal and tgtype & 3 = 3 and tgtype & 20 <> 0 and tgname > 'zz_meridian_fence'
                order by 1""", relation)) {
            faults.add(
                    "trigger " + trigger.getFirst() + " of " + name
                            + " fires behind the fence: it could change the key that was checked",
                    "alter trigger " + trigger.getFirst() + " on " + name
                            + " rename to one before 'zz_meridian_fence'");
        }
    }

    /** Whoever owns a table can switch its triggers off: applications must not. */
    private void writers(String name, String relation) throws SQLException {
        List<List<String>> roles =
                store.rows("""
                select r.rolname,
                       exists (select from pg_class part where part.oid in (select c.oid union select relid from pg_partition_tree(c.oid))
                               and pg_has_role(r.oid, part.relowner, 'member')),
                       coalesce((select max(split_part(setting || case when setting ~ '=[0-9]+$' then 'ms' else '' end, '=', 2)::interval) from pg_db_role_setting s, unnest(s.setconfig) setting
                        where s.setrole = r.oid and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
                        and setting like 'transaction_timeout=%') between interval '1 ms' and ?::interval, false)
                from pg_class c, pg_roles r
                where c.oid = to_regclass(?) and r.rolcanlogin and not r.rolsuper and r.oid <> c.relowner and r.rolname <> ?
                and (has_table_privilege(r.oid, c.oid, 'INSERT') or has_table_privilege(r.oid, c.oid, 'UPDATE')
                     or has_table_privilege(r.oid, c.oid, 'DELETE'))
                order by 1""", plan.transactionLimit().toMillis() + " milliseconds", relation, plan.agentRole());
        if (roles.isEmpty()) {
            faults.add(
                    "nobody but the owner of " + name + " may write it, and an owner can switch the fence off",
                    "give the application a role of its own: grant select, insert, update, delete on " + name
                            + " to <role>");
        }
        for (List<String> role : roles) {
            if (role.get(1).equals("t")) {
                faults.add(
                        "role " + role.getFirst() + " writes " + name
                                + " and is a member of its owner: it could switch the fence off",
                        "let the application log in as a role that owns no sharded table");
            }
            if (role.get(2).equals("f")) {
                long limit = plan.transactionLimit().toMillis();
                faults.add(
                        "role " + role.getFirst() + " writes " + name + " without a transaction_timeout of at most "
                                + limit + " ms",
                        "alter role " + role.getFirst() + " set transaction_timeout = '" + limit + "ms'");
            }
        }
    }
}
