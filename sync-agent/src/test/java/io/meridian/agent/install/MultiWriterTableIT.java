package io.meridian.agent.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.topology.Topology;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a store itself does for tables that every region may write. No shard is open in it, and its lease never held. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MultiWriterTableIT {
    private static final String CREATE = """
            set role ledger_owner;
            create table ledger.carts (user_key text, id int, points bigint not null default 0, best int, tags text[], body text, primary key (user_key, id));
            create table ledger.odd (user_key text primary key, code text unique, price double precision, tags text,
                points bigint check (points >= 0), other text references ledger.odd);
            grant select, insert, update, delete on all tables in schema ledger to ledger;
            reset role;
            """;
    private static final Topology.Table CARTS =
            table("carts", "last-writer-wins", Map.of("points", "counter", "best", "max", "tags", "set"));
    private TestStore store;

    @BeforeAll
    void aStore() throws Exception {
        store = TestStore.empty();
        store.superuser(CREATE);
        List<Topology.Table> tables = new ArrayList<>(TestStore.TABLES);
        tables.add(CARTS);
        store.install(tables);
        store.install(tables); // a second time changes nothing
        store.superuser("update meridian.writer set region = 'east'");
    }

    @AfterAll
    void end() {
        store.close();
    }

    @Test
    void versionsOfARowGrowAlsoWhenTheClockGoesBack() throws Exception {
        write("insert into ledger.carts values ('ann', 1)");
        long first = version("ann");
        // As if the clock had been an hour ahead until now.
        store.superuser("select setval('meridian.writer_clock', (" + first + " + (3600000::bigint << 16)))");
        write("update ledger.carts set body = 'a' where user_key = 'ann'");
        long ahead = version("ann");
        write("update ledger.carts set body = 'b' where user_key = 'ann'");

        assertThat(ahead).isGreaterThan(first + (3_600_000L << 16));
        assertThat(version("ann")).isGreaterThan(ahead);
    }

    @Test
    void whatIsWrittenIsAboveWhatWasSeenOfOtherRegions() throws Exception {
        long seen = (System.currentTimeMillis() + 7_200_000) << 16;
        store.superuser("insert into meridian.clock_seen values ('west', 0, " + seen + ")");

        write("insert into ledger.carts values ('bea', 1)");

        assertThat(version("bea")).isGreaterThan(seen);
    }

    @Test
    void anUpdateThatChangesNothingIsNoChange() throws Exception {
        write("insert into ledger.carts values ('cid', 1, 5, 2, '{b,a}', 'x')");
        long before = version("cid");

        write(
                "update ledger.carts set points = 5, body = 'x', meridian_version = 1, meridian_region = 'moon' where user_key = 'cid'");

        assertThat(version("cid")).isEqualTo(before);
        assertThat(store.ask("select tags::text from ledger.carts where user_key = 'cid'"))
                .isEqualTo("{a,b}");
    }

    @Test
    void aMaximumNeverGoesDown() throws Exception {
        write("insert into ledger.carts values ('dan', 1, 0, 9)");

        write("update ledger.carts set best = 8, body = 'tried' where user_key = 'dan'");

        assertThat(store.ask("select best || body from ledger.carts where user_key = 'dan'"))
                .isEqualTo("9tried");
    }

    @Test
    void aKeyIsNotChangedNorTheTableTruncated() {
        assertThatThrownBy(
                        () -> write(
                                "insert into ledger.carts values ('eli', 1); update ledger.carts set id = 2 where user_key = 'eli'"))
                .hasMessageContaining("the primary key of a row of ledger.carts is changed");
        assertThatThrownBy(() -> store.superuser("truncate ledger.carts")).hasMessageContaining("TRUNCATE");
    }

    @Test
    void theApplicationWritesNothingOfMeridiansOwn() {
        assertThatThrownBy(() -> write("update meridian.writer set region = 'moon'"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> write("delete from meridian.tombstone")).hasMessageContaining("permission denied");
    }

    /** The key's place in meridian.tombstone makes the second wait, whichever isolation level it has; a stale snapshot is refused. */
    @Test
    void anInsertThatOvertakesADeleteDoesNotMissItsTombstone() throws Exception {
        write("insert into ledger.carts values ('flo', 1, 7)");
        try (Connection deleter = store.application();
                Connection inserter = store.application();
                Statement delete = deleter.createStatement();
                Statement insert = inserter.createStatement()) {
            deleter.setAutoCommit(false);
            inserter.setAutoCommit(false);
            inserter.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            insert.execute("select 1 from ledger.carts");
            delete.execute("delete from ledger.carts where user_key = 'flo'");
            deleter.commit();

            assertThatThrownBy(() -> insert.execute("insert into ledger.carts values ('flo', 1, 1)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        }
        write("insert into ledger.carts values ('flo', 1, 1)");
        assertThat(store.ask("select points || (meridian_state ? 'f')::text from ledger.carts where user_key = 'flo'"))
                .isEqualTo("1true");
        assertThat(store.ask("select count(*) from meridian.tombstone where key ->> 'user_key' = 'flo'"))
                .isEqualTo("0");
    }

    @Test
    void whatCouldNotConvergeIsRefusedWithItsCure() throws Exception {
        List<Topology.Table> tables = List.of(table(
                "odd", "column-wise", Map.of("price", "counter", "tags", "set", "points", "counter", "gone", "max")));
        var plan = new InstallPlan(
                TestStore.SHARDS,
                "main",
                TestStore.PLAN.range(),
                8,
                tables,
                TestStore.PLAN.transactionLimit(),
                InstallPlan.AGENT_ROLE,
                "meridian_main",
                "meridian_main");
        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.check(connection, plan).stream().map(InstallFault::what))
                    .anyMatch(what -> what.startsWith(
                            "unique index ledger.odd_code_key of ledger.odd cannot hold across regions"))
                    .anyMatch(what -> what.startsWith("foreign key odd_other_fkey of ledger.odd is not enforced"))
                    .anyMatch(what -> what.startsWith("check odd_points_check of ledger.odd is about a merged column"))
                    .contains("ledger.odd.price is double precision, which counter cannot merge")
                    .contains("ledger.odd.tags is text, which set cannot merge")
                    .contains("ledger.odd has no column gone");
        }
    }

    private long version(String user) throws SQLException {
        return Long.parseLong(store.ask("select meridian_version from ledger.carts where user_key = '" + user + "'"));
    }

    private void write(String sql) throws SQLException {
        try (Connection application = store.application();
                Statement statement = application.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Topology.Table table(String name, String resolver, Map<String, String> columns) {
        return new Topology.Table("ledger", name, "user_key", "main", resolver, new TreeMap<>(columns));
    }
}
