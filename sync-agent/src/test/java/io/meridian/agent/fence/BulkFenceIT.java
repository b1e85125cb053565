package io.meridian.agent.fence;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.agent.install.InstallPlan;
import io.meridian.agent.install.Installer;
import io.meridian.topology.ShardFunction;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** The statement form: whatever way rows are written, a shard that is not open takes none of them. Shards 0 to 99 are open, 100 to 127 are not. */
class BulkFenceIT {
    private static final int SHARDS = 128;
    private static final InstallPlan PLAN = TestStore.plan(SHARDS, true);
    private static final String OPEN = key(1);
    private static final String CLOSED = key(101);

    private static TestStore store;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed(PLAN);
        store.lease();
        store.open(IntStream.range(0, 100).mapToObj(Integer::toString).collect(joining(",")), 1);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void rows() throws Exception {
        store.superuser("set session_replication_role = replica; delete from ledger.entries;"
                + "insert into ledger.entries values ('%s', 1, 1, ''), ('%s', 1, 1, '')".formatted(OPEN, CLOSED));
    }

    @Test
    void writesToOpenShardsPass() throws Exception {
        application("insert into ledger.entries select key, 2, 1, '' from " + keys(0, 100));
        application("update ledger.entries set amount = 2 where id = 2");
        application("update ledger.entries set amount = 2 where user_key = 'nobody'");
        application("delete from ledger.entries where id = 2");
    }

    @Test
    void aClosedShardTakesNoRowByAnyStatement() throws Exception {
        for (String sql : new String[] {
            "insert into ledger.entries values ('" + OPEN + "', 9, 1, ''), ('" + CLOSED + "', 9, 1, '')",
            "insert into ledger.entries values ('" + CLOSED
                    + "', 1, 1, '') on conflict (user_key, id) do update set amount = 7",
            "update ledger.entries set amount = 7",
            "update ledger.entries set user_key = '" + CLOSED + "', id = 8 where user_key = '" + OPEN + "'",
            "update ledger.entries set user_key = '" + OPEN + "', id = 8 where user_key = '" + CLOSED + "'",
            "delete from ledger.entries",
            "merge into ledger.entries e using (values ('" + CLOSED
                    + "', 1)) w(key, id) on e.user_key = w.key and e.id = w.id when matched then delete",
            "with gone as (delete from ledger.entries where user_key = '" + CLOSED + "' returning *) select * from gone"
        }) {
            refused(sql, "MR001");
        }
        assertThat(store.ask("select string_agg(user_key || id || amount, ' ' order by user_key) from ledger.entries"))
                .isEqualTo(store.ask("select string_agg(k || '11', ' ' order by k) from (values ('" + OPEN + "'), ('"
                        + CLOSED + "')) v(k)"));
    }

    @Test
    void copyIsAStatementToo() throws Exception {
        try (Connection connection = store.application()) {
            String rows = OPEN + "\t5\t1\t\n" + CLOSED + "\t5\t1\t\n";

            assertThatThrownBy(() -> connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn(
                                    "copy ledger.entries from stdin",
                                    new java.io.ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8))))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("MR001"));
        }
    }

    @Test
    void oneClosedShardAmongManyIsFound() {
        refused("insert into ledger.entries select key, 2, 1, '' from " + keys(1, 102), "MR001");
    }

    @Test
    void rowsThatAForeignKeyCascadesToAreCheckedToo() throws Exception {
        store.superuser("""
                create table ledger.notes (user_key text, id bigint, text text, primary key (user_key, id));
                alter table ledger.entries add constraint cascades foreign key (user_key, id)
                    references ledger.notes on delete cascade on update cascade not valid;
                grant all on ledger.notes to ledger;
                insert into ledger.notes values ('%s', 1, ''), ('%s', 1, '');
                """.formatted(OPEN, CLOSED));
        try {
            refused("delete from ledger.notes where user_key = '" + CLOSED + "'", "MR001");
            refused(
                    "update ledger.notes set user_key = '" + CLOSED + "', id = 3 where user_key = '" + OPEN + "'",
                    "MR001");
            application("delete from ledger.notes where user_key = '" + OPEN + "'");
            assertThat(store.ask("select count(*) from ledger.entries")).isEqualTo("1");
        } finally {
            store.superuser("alter table ledger.entries drop constraint cascades; drop table ledger.notes");
        }
    }

    @Test
    void leaseAndTimeLimitAreCheckedForManyShardsAlike() throws Exception {
        String many = "insert into ledger.entries select key, 2, 1, '' from " + keys(0, 100);
        refused("set transaction_timeout = '1h'; " + many, "MR004");
        store.superuser("update meridian.lease set valid_until = clock_timestamp()");
        try {
            refused(many, "MR003");
        } finally {
            store.lease();
        }
    }

    @Test
    void whatIsAppliedPasses() throws Exception {
        store.superuser("set session_replication_role = replica; update ledger.entries set amount = 3");

        assertThat(store.ask("select count(*) from ledger.entries where amount = 3"))
                .isEqualTo("2");
    }

    @Test
    void aTableMayChangeItsFormWhileItHasRows() throws Exception {
        install(TestStore.plan(SHARDS, false));
        assertThat(triggers()).isEqualTo("zz_meridian_fence zz_meridian_truncate");
        refused("insert into ledger.entries values ('" + CLOSED + "', 9, 1, '')", "MR001");

        install(PLAN);
        assertThat(triggers())
                .isEqualTo(
                        "zz_meridian_fence_delete zz_meridian_fence_insert zz_meridian_fence_update zz_meridian_truncate");
        refused("insert into ledger.entries values ('" + CLOSED + "', 9, 1, '')", "MR001");
    }

    private static void install(InstallPlan plan) throws SQLException {
        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.apply(connection, plan)).isInstanceOf(Installer.Outcome.Installed.class);
        }
    }

    private static String triggers() throws SQLException {
        return store.ask(
                "select string_agg(tgname, ' ' order by tgname) from pg_trigger where tgrelid = 'ledger.entries'::regclass and not tgisinternal");
    }

    private static void refused(String sql, String state) {
        assertThatThrownBy(() -> application(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
    }

    private static void application(String sql) throws SQLException {
        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A key of each shard, as a table. */
    private static String keys(int first, int end) {
        return IntStream.range(first, end)
                .mapToObj(shard -> "('" + key(shard) + "')")
                .collect(joining(", ", "(values ", ") w(key)"));
    }

    private static String key(int shard) {
        ShardFunction shards = new ShardFunction(SHARDS);
        return IntStream.range(0, 10_000)
                .mapToObj(i -> "user-" + i)
                .filter(key -> shards.shardOf(key).number() == shard)
                .findFirst()
                .orElseThrow();
    }
}
