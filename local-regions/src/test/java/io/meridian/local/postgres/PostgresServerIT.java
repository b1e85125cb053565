package io.meridian.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

class PostgresServerIT {
    @Test
    void whatWasCommittedSurvivesAKill() throws Exception {
        try (var server = PostgresServer.temporary()) {
            server.createDatabase("ledger");
            execute(server, "create table t(a int); insert into t values (42)");

            server.kill();
            server.restart();

            assertThat(ask(server, "select a from t")).isEqualTo("42");
        }
    }

    @Test
    void theLocalProfileKeepsDurabilityAndLogicalDecoding() throws Exception {
        try (var server = PostgresServer.temporary()) {
            server.createDatabase("ledger");

            assertThat(ask(server, "show fsync")).isEqualTo("on");
            assertThat(ask(server, "show synchronous_commit")).isEqualTo("on");
            assertThat(ask(server, "show wal_level")).isEqualTo("logical");
            assertThat(ask(server, "show max_prepared_transactions")).isEqualTo("0");
            assertThat(ask(server, "show max_active_replication_origins")).isEqualTo("64");
        }
    }

    @Test
    void aPidFileThatNamesAnotherProgramDoesNotStopAStart() throws Exception {
        try (var server = PostgresServer.temporary()) {
            server.createDatabase("ledger");
            server.kill();
            var file = server.log().resolveSibling("data/postmaster.pid");
            String rest = Files.readString(file).lines().skip(1).reduce("", (all, line) -> all + line + "\n");

            Files.writeString(file, ProcessHandle.current().pid() + "\n" + rest);
            server.restart();

            assertThat(ask(server, "select 1")).isEqualTo("1");
        }
    }

    private static void execute(PostgresServer server, String sql) throws Exception {
        try (var connection = open(server);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(PostgresServer server, String sql) throws Exception {
        try (var connection = open(server);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection open(PostgresServer server) throws Exception {
        return DriverManager.getConnection(server.jdbcUrl("ledger"), "postgres", server.superuserPassword());
    }
}
