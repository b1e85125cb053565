package io.meridian.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.meridian.local.postgres.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/**
 * A real store with the ledger's roles and tables. In the place of the fence stands a trigger that raises what the name of the user asks
 * for: 'MR001-bob' meets MR001; '40001x2-bob' meets 40001 twice and is let through then.
 */
public final class LedgerStore implements AutoCloseable {
    private static final String PASSWORD = "ledger-secret";
    private static final String RAISES = """
            create function public.raise_as_named() returns trigger language plpgsql as $$
            declare
                wish text[] := regexp_match(new.user_key, '^(MR00[1-9]|40001|40P01|22012|57014)(x([0-9]+))?-');
            begin
                if wish is not null and (wish[3] is null or nextval('public.attempts') <= wish[3]::int) then
                    raise exception using errcode = wish[1], message = 'as the name asks';
                end if;
                return new;
            end $$;
            create sequence public.attempts;
            grant usage on sequence public.attempts to ledger;
            """;

    private final PostgresServer server;

    private LedgerStore(PostgresServer server) {
        this.server = server;
    }

    public static LedgerStore start() throws Exception {
        var store = new LedgerStore(PostgresServer.temporary());
        store.execute(
                "postgres",
                store.server.superuserPassword(),
                "postgres",
                List.of(
                        "create role ledger_owner login password '" + PASSWORD + "'",
                        "create role ledger login password '" + PASSWORD + "'",
                        "alter role ledger set transaction_timeout = '3s'",
                        "create database ledger owner ledger_owner"));
        store.execute("ledger_owner", PASSWORD, "ledger", List.of(schema(), schema(), RAISES));
        for (String table : List.of("account", "transfer", "entry")) {
            store.asOwner("create trigger fence before insert or update on public." + table
                    + " for each row execute function public.raise_as_named()");
        }
        return store;
    }

    private static String schema() throws IOException {
        try (InputStream sql = LedgerMain.class.getResourceAsStream("/ledger/schema.sql")) {
            if (sql == null) {
                throw new IllegalStateException("no /ledger/schema.sql");
            }
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public void asOwner(String sql) throws SQLException {
        execute("ledger_owner", PASSWORD, "ledger", List.of(sql));
    }

    public void asAdministrator(String sql) throws SQLException {
        execute("postgres", server.superuserPassword(), "ledger", List.of(sql));
    }

    public long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(), "ledger_owner", PASSWORD);
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String user, String password, String database, List<String> statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(database), user, password);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public String jdbcUrl() {
        return server.jdbcUrl("ledger");
    }

    public PostgresServer server() {
        return server;
    }

    public static String password() {
        return PASSWORD;
    }

    /** Sessions of the application's role. @param port the server's, or of a proxy before it */
    public HikariDataSource sessions(int port) {
        var pool = new HikariConfig();
        pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + port
                + "/ledger?prepareThreshold=0"); // so that COMMIT can be read on the wire
        pool.setUsername("ledger");
        pool.setPassword(PASSWORD);
        pool.setMaximumPoolSize(8);
        pool.setMinimumIdle(1);
        pool.setAutoCommit(false);
        pool.setConnectionTimeout(2000);
        pool.setInitializationFailTimeout(-1);
        return new HikariDataSource(pool);
    }

    @Override
    public void close() {
        server.close();
    }
}
