package io.meridian.bench.sync;

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

/** A PostgreSQL of its own, fsync on, with one table of entries as the ledger has it. */
public final class Store implements AutoCloseable {
    static final int SHARDS = 64;
    static final List<Topology.Table> TABLES = List.of(new Topology.Table("ledger", "entries", "user_key", "main"));
    static final String PASSWORD = "bench";
    private static final String DATABASE = "ledger";

    private final PostgresServer server;

    private Store(PostgresServer server) {
        this.server = server;
    }

    /** Without anything of Meridian. */
    static Store plain() throws IOException, InterruptedException, SQLException {
        var store = new Store(PostgresServer.temporary());
        store.server.createDatabase(DATABASE);
        store.superuser("""
                create role ledger login password 'bench';
                alter role ledger set transaction_timeout = '3s';
                create role meridian_agent login replication password 'bench';
                create schema ledger;
                create table ledger.entries (user_key text, id bigint, amount bigint not null, note text, primary key (user_key, id));
                grant usage on schema ledger to ledger;
                grant select, insert, update, delete on all tables in schema ledger to ledger;
                """);
        return store;
    }

    /** With the fence installed, and a lease that outlasts any bench. */
    static Store fenced() throws IOException, InterruptedException, SQLException {
        Store store = plain();
        var plan = new InstallPlan(
                SHARDS,
                "main",
                ShardRange.all(SHARDS),
                8,
                TABLES,
                Duration.ofSeconds(3),
                InstallPlan.AGENT_ROLE,
                "meridian_main",
                "meridian_main");
        try (Connection connection = store.superuser()) {
            Installer.Outcome outcome = Installer.apply(connection, plan);
            if (!(outcome instanceof Installer.Outcome.Installed)) {
                throw new IllegalStateException(outcome.toString());
            }
        }
        store.superuser(
                "update meridian.lease set generation = 1, issued = clock_timestamp(), valid_until = clock_timestamp() + interval '1 day'");
        return store;
    }

    /** By hand, as a first grant of everything would. */
    void openAllShards() throws SQLException {
        superuser(
                "update meridian.fence set state = 'OPEN', epoch = 1, owned_epoch = 1, opened_at = clock_timestamp()");
    }

    String url() {
        return server.jdbcUrl(DATABASE);
    }

    int port() {
        return server.port();
    }

    String superuserPassword() {
        return server.superuserPassword();
    }

    public Connection application() throws SQLException {
        return DriverManager.getConnection(url(), "ledger", PASSWORD);
    }

    public Connection superuser() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", server.superuserPassword());
    }

    void superuser(String sql) throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String ask(String sql) throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            String value = row.next() ? row.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
