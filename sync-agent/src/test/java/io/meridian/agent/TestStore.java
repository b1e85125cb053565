package io.meridian.agent;

import io.meridian.agent.install.InstallPlan;
import io.meridian.agent.install.Installer;
import io.meridian.local.postgres.PostgresServer;
import io.meridian.topology.ShardRange;
import io.meridian.topology.Topology;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A real PostgreSQL with tables like the ledger's, an owner, an application role, and the fence installed over 64 shards. */
public final class TestStore implements AutoCloseable {
    public static final int SHARDS = 64;
    public static final List<Topology.Table> TABLES = List.of(
            new Topology.Table("ledger", "accounts", "user_key", "main"),
            new Topology.Table("ledger", "entries", "user_key", "main"));
    public static final InstallPlan PLAN = new InstallPlan(
            SHARDS,
            "main",
            ShardRange.all(SHARDS),
            8,
            TABLES,
            Duration.ofSeconds(3),
            InstallPlan.AGENT_ROLE,
            "meridian_main",
            "meridian_main");

    /** The same with {@code shards} shards, and {@code ledger.entries} checked by statement. */
    public static InstallPlan plan(int shards, boolean bulk) {
        return new InstallPlan(
                shards,
                PLAN.group(),
                ShardRange.all(shards),
                PLAN.appliers(),
                List.of(TABLES.get(0), new Topology.Table("ledger", "entries", "user_key", "main", bulk, List.of())),
                PLAN.transactionLimit(),
                PLAN.agentRole(),
                PLAN.slot(),
                PLAN.publication());
    }

    private static final String DATABASE = "ledger";
    private static final String PASSWORD = "test";

    private final PostgresServer server;

    private TestStore(PostgresServer server) {
        this.server = server;
    }

    /** With tables and roles, nothing of Meridian. */
    public static TestStore empty() throws IOException, InterruptedException, SQLException {
        TestStore store = new TestStore(PostgresServer.temporary());
        store.server.createDatabase(DATABASE);
        store.superuser("""
                create role ledger_owner;
                create role ledger login password 'test';
                alter role ledger set transaction_timeout = '3s';
                create role meridian_agent login replication password 'test'""");
        store.tables();
        return store;
    }

    private void tables() throws SQLException {
        superuser("""
                create schema ledger authorization ledger_owner;
                set role ledger_owner;
                create table ledger.accounts (user_key text, account text, balance bigint not null default 0, primary key (user_key, account));
                create table ledger.entries (user_key text, id bigint, amount bigint not null, note text, primary key (user_key, id));
                grant usage on schema ledger to ledger;
                grant select, insert, update, delete on all tables in schema ledger to ledger;
                """);
    }

    /** The database is put aside, and an empty one, installed, is in its place. */
    public void replace() throws IOException, InterruptedException, SQLException {
        onServer("alter database ledger allow_connections false");
        onServer("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'ledger'");
        onServer("alter database ledger rename to ledger_aside");
        server.createDatabase(DATABASE);
        tables();
        install(new InstallPlan(
                SHARDS,
                PLAN.group(),
                PLAN.range(),
                PLAN.appliers(),
                TABLES,
                PLAN.transactionLimit(),
                PLAN.agentRole(),
                PLAN.slot() + "_new", // the server has one slot of a name
                PLAN.publication()));
    }

    /** What {@link #replace} put aside is in its place again. */
    public void putBack() throws SQLException {
        onServer("alter database ledger allow_connections false");
        onServer("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'ledger'");
        onServer("select pg_drop_replication_slot('meridian_main_new')");
        onServer("drop database ledger");
        onServer("alter database ledger_aside allow_connections true");
        onServer("alter database ledger_aside rename to ledger");
    }

    private void onServer(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        server.jdbcUrl("postgres"), "postgres", server.superuserPassword());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public static TestStore installed() throws IOException, InterruptedException, SQLException {
        return installed(PLAN);
    }

    public static TestStore installed(InstallPlan plan) throws IOException, InterruptedException, SQLException {
        TestStore store = empty();
        store.install(plan);
        return store;
    }

    /** As {@link #PLAN}, with these tables. */
    public void install(List<Topology.Table> tables) throws SQLException {
        install(new InstallPlan(
                SHARDS,
                PLAN.group(),
                PLAN.range(),
                PLAN.appliers(),
                tables,
                PLAN.transactionLimit(),
                PLAN.agentRole(),
                PLAN.slot(),
                PLAN.publication()));
    }

    private void install(InstallPlan plan) throws SQLException {
        try (Connection connection = connect("postgres")) {
            Installer.Outcome outcome = Installer.apply(connection, plan);
            if (!(outcome instanceof Installer.Outcome.Installed)) {
                throw new IllegalStateException(outcome.toString());
            }
        }
    }

    public PostgresServer server() {
        return server;
    }

    public String url() {
        return server.jdbcUrl(DATABASE);
    }

    public String password() {
        return PASSWORD;
    }

    /** @param role postgres, ledger or meridian_agent */
    public Connection connect(String role) throws SQLException {
        return DriverManager.getConnection(
                url(), role, role.equals("postgres") ? server.superuserPassword() : PASSWORD);
    }

    public Connection application() throws SQLException {
        return connect("ledger");
    }

    public Connection agent() throws SQLException {
        return connect("meridian_agent");
    }

    public void superuser(String sql) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** First column of the first row, as text; "" when there is none. */
    public String ask(String sql) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            String value = row.next() ? row.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    /** By hand, as the lease keeper would: valid for an hour. */
    public void lease() throws SQLException {
        superuser(
                "update meridian.lease set generation = 1, issued = clock_timestamp(), valid_until = clock_timestamp() + interval '1 hour'");
    }

    /** By hand, as an opening would. */
    public void open(String shards, long epoch) throws SQLException {
        superuser("update meridian.fence set state = 'OPEN', epoch = " + epoch + ", owned_epoch = " + epoch
                + ", opened_at = clock_timestamp(), closes = null where shard in (" + shards + ")");
    }

    @Override
    public void close() {
        server.close();
    }
}
