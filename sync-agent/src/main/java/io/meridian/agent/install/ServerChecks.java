package io.meridian.agent.install;

import java.sql.SQLException;
import java.util.List;

/** The server's settings, what was installed before, and who could get around the fence. */
final class ServerChecks {
    private final StoreQueries store;
    private final InstallPlan plan;
    private final InstallFaults faults;

    ServerChecks(StoreQueries store, InstallPlan plan, InstallFaults faults) {
        this.store = store;
        this.plan = plan;
        this.faults = faults;
    }

    void server() throws SQLException {
        if (store.number("select current_setting('server_version_num')::int") < 180000) {
            faults.add("the server is older than PostgreSQL 18", "upgrade: shard_of needs crc32(bytea) of 18");
        }
        if (!store.holds("select rolsuper from pg_roles where rolname = current_user")) {
            faults.add(
                    "the installer's role is not a superuser",
                    "install with a superuser; the agent itself runs without");
        }
        if (!store.holds("select current_setting('wal_level') = 'logical'")) {
            faults.add("wal_level is not logical", "alter system set wal_level = logical, and restart the server");
        }
        if (store.number("select current_setting('max_prepared_transactions')::int") != 0) {
            faults.add(
                    "max_prepared_transactions is not 0: a prepared transaction would outlive every gate and lease",
                    "alter system set max_prepared_transactions = 0, and restart the server");
        }
        origins();
        slots();
        if (!store.holds(
                "select pg_encoding_to_char(encoding) = 'UTF8' from pg_database where datname = current_database()")) {
            faults.add("the database is not encoded in UTF-8", "create it with encoding 'UTF8'");
        }
    }

    /** Slots belong to the server, not to the database: those of other store groups in it count too. */
    private void slots() throws SQLException {
        long others = store.number("select count(*) from pg_replication_slots where slot_name <> ?", plan.slot());
        if (store.number("select current_setting('max_replication_slots')::int") <= others
                || store.number("select current_setting('max_wal_senders')::int") < 1) {
            faults.add("there is no room for a replication slot", "raise max_replication_slots and max_wal_senders");
        }
        String elsewhere = store.text(
                "select database from pg_replication_slots where slot_name = ? and database <> current_database()",
                plan.slot());
        if (!elsewhere.isEmpty()) {
            faults.add(
                    "slot " + plan.slot() + " is in use by database " + elsewhere + " of this server",
                    "one store per group and region: install another group here, or drop that slot");
        }
    }

    /** Origins are the server's too, and carry their group's name. */
    private void origins() throws SQLException {
        long room = store.number("select current_setting('max_active_replication_origins')::int");
        long others = store.number(
                "select count(*) from pg_replication_origin where roname like 'meridian\\_%' and not starts_with(roname, ?)",
                "meridian_" + plan.group() + "_");
        if (room < plan.appliers() + others) {
            faults.add(
                    "max_active_replication_origins is " + room + ", but " + plan.appliers()
                            + " sessions (other regions x partitions) apply here, each with an origin"
                            + (others == 0 ? "" : ", beside " + others + " of other stores in this server"),
                    "alter system set max_active_replication_origins = " + (plan.appliers() + others)
                            + ", and restart the server");
        }
    }

    void installedBefore() throws SQLException {
        if (!store.holds("select to_regclass('meridian.settings') is not null")) {
            return;
        }
        long version = store.number("select coalesce((select version from meridian.settings), 0)");
        if (version > InstallPlan.VERSION) {
            faults.add(
                    "this store was installed by a newer release (version " + version + ", this one knows "
                            + InstallPlan.VERSION + ")",
                    "install with that release or a newer one; a store is never taken back to an older version");
            return;
        }
        long shards = store.number("select coalesce((select shards from meridian.settings), " + plan.shards() + ")");
        if (shards != plan.shards()) {
            faults.add(
                    "this store was installed for " + shards + " shards, the topology has " + plan.shards(),
                    "the number of shards never changes: keep " + shards + " in the topology");
        }
        numbers();
        // Older stores have fewer columns.
        String held = store.text(
                "select to_jsonb(s) ->> 'store_group' || ' with shards ' || (to_jsonb(s) ->> 'first_shard') || '-' || (to_jsonb(s) ->> 'last_shard') from meridian.settings s");
        String wanted = plan.group() + " with shards " + plan.range().first() + "-"
                + plan.range().last();
        if (!held.isEmpty() && !held.equals(wanted)) {
            faults.add(
                    "this store was installed for store group " + held + ", not for " + wanted,
                    "a store never changes its group: give --url the database of this group's store");
        }
    }

    /** With another number a store could make ids that it, or another store, has made before. */
    private void numbers() throws SQLException {
        String held = store.text("select to_jsonb(s) ->> 'id_number' from meridian.settings s");
        String wanted =
                plan.idNumber().isPresent() ? Integer.toString(plan.idNumber().getAsInt()) : "none";
        if (!held.isEmpty() && !held.equals(wanted)) {
            faults.add(
                    "ids that this store made carry the number " + held + ", by the topology it would be " + wanted,
                    "keep the region's number in the topology (number / 16 = " + Integer.parseInt(held) / 16 + ")");
        }
    }

    /** Who may apply may pass the fence; who may write schema meridian may move it. */
    void roles() throws SQLException {
        for (List<String> role : store.rows(
                "select rolname from pg_roles where rolcanlogin and not rolsuper and rolname <> ? and has_parameter_privilege(oid, 'session_replication_role', 'SET') order by 1",
                plan.agentRole())) {
            faults.add(
                    "role " + role.getFirst() + " may set session_replication_role, which switches the fence off",
                    "revoke set on parameter session_replication_role from " + role.getFirst());
        }
        for (List<String> role : store.rows("""
                select r.rolname, string_agg(c.relname, ', meridian.' order by c.relname)
                from pg_roles r, pg_class c
                where c.relnamespace = (select oid from pg_namespace where nspname = 'meridian') and c.relkind in ('r', 'p', 'S')
                and r.rolcanlogin and not r.rolsuper and r.rolname <> ?
                and case c.relkind when 'S' then has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE')
                                   else has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') end
                group by 1 order by 1""", plan.agentRole())) {
            faults.add(
                    "role " + role.getFirst() + " may write meridian." + role.get(1),
                    "revoke insert, update, delete, truncate on all tables in schema meridian from " + role.getFirst()
                            + ", and whatever role it has that right from (pg_write_all_data)");
        }
    }
}
