package io.meridian.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.topology.ShardFunction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the database itself refuses, with everything else bypassed: an application's session and plain SQL. */
class RefusalsIT {
    private static TestStore store;
    private static final String OPEN = key(1);
    private static final String CLOSED = key(2);

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
        store.open("1", 1);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void lease() throws Exception {
        store.lease();
    }

    @Test
    void writesToAnOpenShardPass() throws Exception {
        application("insert into ledger.accounts values ('" + OPEN + "', 'passes')");
        application("update ledger.accounts set balance = 1 where user_key = '" + OPEN + "' and account = 'passes'");
        application("delete from ledger.accounts where user_key = '" + OPEN + "' and account = 'passes'");
    }

    @Test
    void aShardThatIsNotOwnedTakesNoWrite() {
        ServerErrorMessage refusal = refusal("insert into ledger.accounts values ('" + CLOSED + "', 'main')");

        assertThat(refusal.getSQLState()).isEqualTo("MR001");
        assertThat(refusal.getMessage()).isEqualTo("shard 2 is not owned here (epoch 0)");
        assertThat(refusal.getDetail()).isEqualTo("its fence is CLOSED");
        assertThat(refusal.getHint()).contains("421");
    }

    @Test
    void bothShardsOfAChangedKeyAreChecked() throws Exception {
        application("insert into ledger.accounts values ('" + OPEN + "', 'moves')");

        assertThat(refusal("update ledger.accounts set user_key = '" + CLOSED + "' where account = 'moves'")
                        .getSQLState())
                .isEqualTo("MR001");
        store.superuser("set session_replication_role = replica; insert into ledger.accounts values ('" + CLOSED
                + "', 'from')");
        assertThat(refusal("update ledger.accounts set user_key = '" + OPEN + "' where account = 'from'")
                        .getSQLState())
                .isEqualTo("MR001");
        assertThat(refusal("delete from ledger.accounts where account = 'from'").getSQLState())
                .isEqualTo("MR001");
    }

    @Test
    void aTransactionOlderThanTheOpeningMayNotWrite() throws Exception {
        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select count(*) from ledger.accounts");
            store.open("3", 1);

            assertThatThrownBy(() -> statement.execute("insert into ledger.accounts values ('" + key(3) + "', 'main')"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("MR002"));
            connection.rollback();
            statement.execute("insert into ledger.accounts values ('" + key(3) + "', 'main')");
        }
    }

    @Test
    void nothingIsWrittenWithoutALease() throws Exception {
        store.superuser(
                "update meridian.lease set issued = clock_timestamp() - interval '1 minute', valid_until = clock_timestamp()");

        assertThat(refusal("insert into ledger.accounts values ('" + OPEN + "', 'late')")
                        .getSQLState())
                .isEqualTo("MR003");
        assertThat(refusal("select meridian.assert_owner('" + OPEN + "')").getSQLState())
                .isEqualTo("MR003");
    }

    @Test
    void aLeaseOfTheFutureIsAClockThatWasStepped() throws Exception {
        store.superuser(
                "update meridian.lease set issued = clock_timestamp() + interval '1 minute', valid_until = clock_timestamp() + interval '2 minutes'");

        assertThat(refusal("insert into ledger.accounts values ('" + OPEN + "', 'early')")
                        .getSQLState())
                .isEqualTo("MR003");
    }

    @Test
    void aTransactionWithoutATimeLimitMayNotWrite() {
        for (String limit : new String[] {"0", "3001ms", "1h"}) {
            ServerErrorMessage refusal = refusal("set transaction_timeout = '" + limit
                    + "'; insert into ledger.accounts values ('" + OPEN + "', 'main')");

            assertThat(refusal.getSQLState()).isEqualTo("MR004");
            assertThat(refusal.getHint()).isEqualTo("alter role ledger set transaction_timeout = '3000 ms'");
        }
    }

    @Test
    void aRowWithoutAKeyHasNoShard() {
        assertThat(refusal("insert into ledger.accounts values (null, 'main')").getSQLState())
                .isEqualTo("MR005");
    }

    @Test
    void truncateIsRefused() throws Exception {
        store.superuser("grant truncate on ledger.accounts to ledger");

        assertThat(refusal("truncate ledger.accounts").getSQLState()).isEqualTo("MR005");
        assertThatThrownBy(() -> store.superuser("truncate ledger.entries cascade"))
                .hasMessageContaining("TRUNCATE");
    }

    @Test
    void anApplicationCannotSwitchTheFenceOff() {
        for (String attempt : new String[] {
            "set session_replication_role = replica",
            "update meridian.fence set epoch = 9",
            "update meridian.lease set valid_until = 'infinity'",
            "insert into meridian.settings values (1, 64, '1 hour')",
            "alter table ledger.accounts disable trigger zz_meridian_fence",
            "drop trigger zz_meridian_fence on ledger.accounts",
            "select meridian.check_shard(1)",
            "create function meridian.mine() returns int language sql return 1"
        }) {
            assertThat(refusal(attempt).getSQLState()).as(attempt).isEqualTo("42501");
        }
    }

    @Test
    void aFenceNeverGoesBackNorSkipsItsClose() throws Exception {
        store.open("4", 3);

        for (String attempt : new String[] {
            "update meridian.fence set epoch = 1, owned_epoch = 1 where shard = 4",
            "update meridian.fence set run = 'x' where shard = 4",
            "update meridian.fence set epoch = 5, owned_epoch = 5 where shard = 4",
            "update meridian.fence set epoch = 4, state = 'CLOSED' where shard = 4",
            "delete from meridian.fence where shard = 4"
        }) {
            assertThatThrownBy(() -> store.superuser(attempt)).as(attempt).isInstanceOf(SQLException.class);
        }
    }

    private static void application(String sql) throws SQLException {
        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static ServerErrorMessage refusal(String sql) {
        try {
            application(sql);
        } catch (PSQLException e) {
            ServerErrorMessage message = e.getServerErrorMessage();
            if (message != null) {
                return message;
            }
            throw new AssertionError(e);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("not refused: " + sql);
    }

    private static String key(int shard) {
        ShardFunction shards = new ShardFunction(TestStore.SHARDS);
        return IntStream.range(0, 10_000)
                .mapToObj(i -> "user-" + i)
                .filter(key -> shards.shardOf(key).number() == shard)
                .findFirst()
                .orElseThrow();
    }
}
