package io.meridian.bench;

import io.meridian.agent.install.InstallPlan;
import io.meridian.agent.install.Installer;
import io.meridian.local.postgres.PostgresServer;
import io.meridian.topology.ShardRange;
import io.meridian.topology.Topology;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** A PostgreSQL of its own with three equal tables: one without a fence, one with the row form, one with the statement form. All shards open. */
final class FenceStore implements AutoCloseable {
    private static final int SHARDS = 1024;
    private static final String DATABASE = "bench";
    private static final String PASSWORD = "bench";

    /** What is measured by turns. */
    enum Form {
        NONE("plain"),
        ROW("by_row"),
        STATEMENT("by_statement");

        private final String table;

        Form(String table) {
            this.table = table;
        }

        String table() {
            return "shop." + table;
        }
    }

    private final PostgresServer server;

    FenceStore() throws IOException, InterruptedException, SQLException {
        server = PostgresServer.temporary();
        try {
            server.createDatabase(DATABASE);
            prepare();
        } catch (SQLException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private void prepare() throws SQLException {
        try (Connection superuser = connect("postgres", server.superuserPassword());
                Statement statement = superuser.createStatement()) {
            statement.execute("""
                    create role shop_owner;
                    create role shop login password 'bench';
                    alter role shop set transaction_timeout = '3s';
                    create schema shop authorization shop_owner;
                    grant usage on schema shop to shop;
                    """);
            for (Form form : Form.values()) {
                statement.execute("""
                        set role shop_owner;
                        create table %1$s (user_key text, id bigint, amount bigint not null, note text, primary key (user_key, id));
                        grant select, insert, update, delete on %1$s to shop;
                        reset role;
                        """.formatted(form.table()));
            }
            if (Installer.apply(superuser, plan()) instanceof Installer.Outcome.Refused refused) {
                throw new BenchFailedException("the bench's own store is refused: " + refused.faults());
            }
            statement.execute("""
                    update meridian.lease set generation = 1, issued = clock_timestamp(), valid_until = clock_timestamp() + interval '1 day';
                    update meridian.fence set state = 'OPEN', epoch = 1, owned_epoch = 1, opened_at = clock_timestamp();
                    """);
        }
    }

    private static InstallPlan plan() {
        return new InstallPlan(
                SHARDS,
                "main",
                ShardRange.all(SHARDS),
                8,
                List.of(
                        new Topology.Table("shop", "by_row", "user_key", "main"),
                        new Topology.Table("shop", "by_statement", "user_key", "main", true, List.of())),
                Duration.ofSeconds(3),
                InstallPlan.AGENT_ROLE,
                "meridian_main",
                "meridian_main",
                OptionalInt.of(0));
    }

    /** As the application. */
    Connection connect() throws SQLException {
        return connect("shop", PASSWORD);
    }

    /** Nothing reads the slot; without this it would keep the log of the whole bench. */
    void letLogGo() throws SQLException {
        try (Connection superuser = connect("postgres", server.superuserPassword());
                Statement statement = superuser.createStatement()) {
            statement.execute("select pg_replication_slot_advance('meridian_main', pg_current_wal_flush_lsn())");
            for (Form form : Form.values()) {
                statement.execute("set session_replication_role = replica; delete from " + form.table());
                statement.execute("vacuum " + form.table());
            }
            statement.execute("checkpoint");
        }
    }

    private Connection connect(String role, String password) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(DATABASE), role, password);
    }

    @Override
    public void close() {
        server.close();
    }
}
