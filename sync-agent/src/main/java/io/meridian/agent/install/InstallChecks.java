package io.meridian.agent.install;

import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a store and its tables must obey before a fence can guard them (PROTOCOL 8). Reads catalogs and settings only. */
final class InstallChecks {
    private static final Set<String> KEY_TYPES = Set.of("text", "character varying", "uuid", "bigint", "integer");

    private final Connection store;
    private final InstallPlan plan;
    private final List<InstallFault> faults = new ArrayList<>();

    InstallChecks(Connection store, InstallPlan plan) {
        this.store = store;
        this.plan = plan;
    }

    List<InstallFault> run() throws SQLException {
        server();
        if (!faults.isEmpty()) {
            return faults;
        }
        settingsAgree();
        for (Topology.Table table : plan.tables()) {
            table(table);
        }
        if (plan.tables().isEmpty()) {
            fault("the topology names no table", "list the sharded tables under 'tables'");
        }
        return faults;
    }

    private void server() throws SQLException {
        if (number("select current_setting('server_version_num')::int") < 180000) {
            fault("the server is older than PostgreSQL 18", "upgrade: shard_of needs crc32(bytea) of 18");
        }
        if (!holds("select rolsuper from pg_roles where rolname = current_user")) {
            fault("the installer's role is not a superuser", "install with a superuser; the agent itself runs without");
        }
        if (!holds("select current_setting('wal_level') = 'logical'")) {
            fault("wal_level is not logical", "alter system set wal_level = logical, and restart the server");
        }
        if (number("select current_setting('max_prepared_transactions')::int") != 0) {
            fault(
                    "max_prepared_transactions is not 0: a prepared transaction would outlive every gate and lease",
                    "alter system set max_prepared_transactions = 0, and restart the server");
        }
        origins();
        // Slots belong to the server, not to the database: those of other store groups in it count too.
        long others = number("select count(*) from pg_replication_slots where slot_name <> ?", plan.slot());
        if (number("select current_setting('max_replication_slots')::int") <= others
                || number("select current_setting('max_wal_senders')::int") < 1) {
            fault("there is no room for a replication slot", "raise max_replication_slots and max_wal_senders");
        }
        String elsewhere = text(
                "select database from pg_replication_slots where slot_name = ? and database <> current_database()",
                plan.slot());
        if (!elsewhere.isEmpty()) {
            fault(
                    "slot " + plan.slot() + " is in use by database " + elsewhere + " of this server",
                    "one store per group and region: install another group here, or drop that slot");
        }
        if (!holds(
                "select pg_encoding_to_char(encoding) = 'UTF8' from pg_database where datname = current_database()")) {
            fault("the database is not encoded in UTF-8", "create it with encoding 'UTF8'");
        }
    }

    /** Origins are the server's too, and carry their group's name. */
    private void origins() throws SQLException {
        long room = number("select current_setting('max_active_replication_origins')::int");
        long others = number(
                "select count(*) from pg_replication_origin where roname like 'meridian\\_%' and not starts_with(roname, ?)",
                "meridian_" + plan.group() + "_");
        if (room < plan.appliers() + others) {
            fault(
                    "max_active_replication_origins is " + room + ", but " + plan.appliers()
                            + " sessions (other regions x partitions) apply here, each with an origin"
                            + (others == 0 ? "" : ", beside " + others + " of other stores in this server"),
                    "alter system set max_active_replication_origins = " + (plan.appliers() + others)
                            + ", and restart the server");
        }
    }

    private void settingsAgree() throws SQLException {
        if (!holds("select to_regclass('meridian.settings') is not null")) {
            return;
        }
        long installed = number("select coalesce((select shards from meridian.settings), " + plan.shards() + ")");
        if (installed != plan.shards()) {
            fault(
                    "this store was installed for " + installed + " shards, the topology has " + plan.shards(),
                    "the number of shards never changes: keep " + installed + " in the topology");
        }
        if (!holds(
                "select exists (select from pg_attribute where attrelid = to_regclass('meridian.settings') and attname = 'store_group')")) {
            return;
        }
        String held = text(
                "select store_group || ' with shards ' || first_shard || '-' || last_shard from meridian.settings where store_group is not null");
        String wanted = plan.group() + " with shards " + plan.range().first() + "-"
                + plan.range().last();
        if (!held.isEmpty() && !held.equals(wanted)) {
            fault(
                    "this store was installed for store group " + held + ", not for " + wanted,
                    "a store never changes its group: give --url the database of this group's store");
        }
    }

    private void table(Topology.Table table) throws SQLException {
        String name = table.schema() + "." + table.name();
        String relation = InstallScript.qualified(table);
        String kind =
                text("select relkind::text || relpersistence::text from pg_class where oid = to_regclass(?)", relation);
        if (!kind.equals("rp")) {
            fault(
                    name + (kind.isEmpty() ? " does not exist" : " is not an ordinary, logged table"),
                    "create it as an ordinary table, with the role that runs migrations, before installing");
            return;
        }
        key(table, name, relation);
        generated(name, relation);
        uniqueness(table, name, relation);
        if (!holds("select relreplident in ('d', 'f') from pg_class where oid = to_regclass(?)", relation)) {
            fault(
                    name + " has another replica identity than its primary key",
                    "alter table " + name + " replica identity default");
        }
        if (!holds(
                        "select exists (select from pg_trigger where tgrelid = to_regclass(?) and tgname in ('zz_meridian_fence', 'zz_meridian_fence_insert'))",
                        relation)
                && holds("select exists (select from " + relation + ")")) {
            fault(
                    name + " has rows already, which no change stream told to the other regions",
                    "install into empty tables, then load the data through the edge; copying what exists (bootstrap) is not built yet");
        }
        roles(name, relation);
    }

    private void key(Topology.Table table, String name, String relation) throws SQLException {
        String column = table.shardingColumn();
        String type = text(
                "select format_type(atttypid, null) from pg_attribute where attrelid = to_regclass(?) and attname = ? and not attisdropped",
                relation,
                column);
        if (type.isEmpty()) {
            fault(
                    name + " has no column " + column,
                    "add the sharding column to the table, or name the right one in the topology");
            return;
        }
        if (!KEY_TYPES.contains(type)) {
            fault(
                    name + "." + column + " is " + type + ": a sharding key must have one text per value",
                    "use one of " + KEY_TYPES);
        }
        if (holds("""
                select attgenerated <> '' or not coalesce(collisdeterministic, true)
                from pg_attribute left join pg_collation c on c.oid = attcollation
                where attrelid = to_regclass(?) and attname = ?""", relation, column)) {
            fault(
                    name + "." + column + " is generated, or compares different texts as equal",
                    "make it an ordinary column with a deterministic collation");
        }
        if (!holds("select exists (select from pg_index where indrelid = to_regclass(?) and indisprimary)", relation)) {
            fault(name + " has no primary key", "alter table " + name + " add primary key (" + column + ", ...)");
        }
    }

    /** A row from another region carries its id along, and PostgreSQL would let nobody write it where it is changed here. */
    private void generated(String name, String relation) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select attname from pg_attribute
                where attrelid = to_regclass(?) and attidentity = 'a' and not attisdropped order by attnum""")) {
            query.setString(1, relation);
            try (ResultSet column = query.executeQuery()) {
                while (column.next()) {
                    fault(
                            name + "." + column.getString(1)
                                    + " is generated always: rows that other regions made could not be changed here",
                            "alter table " + name + " alter column " + column.getString(1)
                                    + " set generated by default");
                }
            }
        }
    }

    private void uniqueness(Topology.Table table, String name, String relation) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select i.indexrelid::regclass::text, i.indisprimary, not i.indimmediate,
                       not exists (select from pg_attribute a where a.attrelid = i.indrelid and a.attname = ?
                                   and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
                from pg_index i where i.indrelid = to_regclass(?) and (i.indisunique or i.indisexclusion)
                order by 1""")) {
            query.setString(1, table.shardingColumn());
            query.setString(2, relation);
            try (ResultSet index = query.executeQuery()) {
                while (index.next()) {
                    String what = (index.getBoolean(2) ? "primary key " : "unique index ") + index.getString(1) + " of "
                            + name;
                    if (index.getBoolean(3)) {
                        fault(
                                what + " is deferrable: it is not enforced where changes are applied",
                                "make it not deferrable");
                    }
                    if (index.getBoolean(4)) {
                        fault(
                                what + " does not contain the sharding column " + table.shardingColumn()
                                        + ": two regions could both use one value",
                                "add " + table.shardingColumn() + " to it");
                    }
                }
            }
        }
    }

    /** Whoever owns a table can switch its triggers off: applications must not. */
    private void roles(String name, String relation) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select r.rolname, pg_has_role(r.oid, c.relowner, 'member'),
                       has_parameter_privilege(r.rolname, 'session_replication_role', 'SET'),
                       (select max(split_part(setting || case when setting ~ '=[0-9]+$' then 'ms' else '' end, '=', 2)::interval) from pg_db_role_setting s, unnest(s.setconfig) setting
                        where s.setrole = r.oid and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
                        and setting like 'transaction_timeout=%') between interval '1 ms' and ?::interval
                from pg_class c, pg_roles r
                where c.oid = to_regclass(?) and r.rolcanlogin and not r.rolsuper and r.oid <> c.relowner and r.rolname <> ?
                and (has_table_privilege(r.oid, c.oid, 'INSERT') or has_table_privilege(r.oid, c.oid, 'UPDATE')
                     or has_table_privilege(r.oid, c.oid, 'DELETE'))
                order by 1""")) {
            query.setString(1, plan.transactionLimit().toMillis() + " milliseconds");
            query.setString(2, relation);
            query.setString(3, plan.agentRole());
            boolean anybody = false;
            try (ResultSet role = query.executeQuery()) {
                while (role.next()) {
                    anybody = true;
                    role(role, name);
                }
            }
            if (!anybody) {
                fault(
                        "nobody but the owner of " + name + " may write it, and an owner can switch the fence off",
                        "give the application a role of its own: grant select, insert, update, delete on " + name
                                + " to <role>");
            }
        }
    }

    private void role(ResultSet role, String table) throws SQLException {
        String name = role.getString(1);
        if (role.getBoolean(2)) {
            fault(
                    "role " + name + " writes " + table
                            + " and is a member of its owner: it could switch the fence off",
                    "let the application log in as a role that owns no sharded table");
        }
        if (role.getBoolean(3)) {
            fault(
                    "role " + name + " may set session_replication_role, which switches the fence off",
                    "revoke set on parameter session_replication_role from " + name);
        }
        if (!role.getBoolean(4)) {
            long limit = plan.transactionLimit().toMillis();
            fault(
                    "role " + name + " writes " + table + " without a transaction_timeout of at most " + limit + " ms",
                    "alter role " + name + " set transaction_timeout = '" + limit + "ms'");
        }
    }

    private void fault(String what, String cure) {
        InstallFault fault = new InstallFault(what, cure);
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
    }

    private boolean holds(String sql, String... arguments) throws SQLException {
        return text("select (" + sql + ")::text", arguments).equals("true");
    }

    private long number(String sql, String... arguments) throws SQLException {
        return Long.parseLong(text(sql, arguments));
    }

    private String text(String sql, String... arguments) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                query.setString(i + 1, arguments[i]);
            }
            try (ResultSet row = query.executeQuery()) {
                String value = row.next() ? row.getString(1) : null;
                return value == null ? "" : value;
            }
        }
    }
}
