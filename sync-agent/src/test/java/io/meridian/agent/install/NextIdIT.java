package io.meridian.agent.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.topology.ids.IdVectors;
import io.meridian.topology.ids.RowId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ids made in a store, whose clock is a row that the tests set: milliseconds since 2025. */
class NextIdIT {
    private static final int NUMBER = 5 * 16;

    private static TestStore store;
    /** Each test begins later than all before it. */
    private static long hour = 1_000_000;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed(numbered(OptionalInt.of(NUMBER)));
        store.superuser("""
                create table meridian.test_clock (millis bigint);
                insert into meridian.test_clock values (0);
                create or replace function meridian.id_clock() returns bigint language sql volatile
                    return (select millis from meridian.test_clock);
                """);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void later() throws SQLException {
        hour += 3_600_000;
        clock(hour);
    }

    @Test
    void anIdSaysWhenAndWhereItWasMade() throws Exception {
        RowId id = RowId.of(ids("select meridian.next_id(7)").getFirst());

        assertThat(id).isEqualTo(new RowId(hour, NUMBER, 0));
        assertThat(RowId.of(ids("select meridian.next_id('alice')").getFirst())).isEqualTo(new RowId(hour, NUMBER, 1));
    }

    @Test
    void idsAscendAndGoOnInTheNextMillisecondWhenOneIsFull() throws Exception {
        List<Long> made = ids("select meridian.next_id(7) from generate_series(1, 10000)");

        assertThat(made).isSorted().doesNotHaveDuplicates();
        assertThat(RowId.of(made.getLast()).millis()).isEqualTo(hour + 2);
    }

    @Test
    void aClockThatGoesBackALittleMakesNoIdTwice() throws Exception {
        Set<Long> all = new HashSet<>();
        Random random = new Random(1);
        long last = -1;
        for (int step = 0; step < 300; step++) {
            clock(hour + random.nextInt(9000));
            for (long id : ids("select meridian.next_id(7) from generate_series(1, 50)")) {
                assertThat(id).isGreaterThan(last);
                last = id;
                all.add(id);
            }
        }

        assertThat(all).hasSize(15_000);
        hour += 9000;
    }

    @Test
    void aClockThatIsFarBehindIsRefusedUntilItIsRight() throws Exception {
        ids("select meridian.next_id(7)");
        clock(hour - 10_001);

        assertThatThrownBy(() -> ids("select meridian.next_id(7)"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("MR006"))
                .hasMessageContaining("the clock is 10001 ms behind");
        clock(hour - 10_000);
        assertThat(ids("select meridian.next_id(7)")).hasSize(1);
    }

    @Test
    void whatATransactionTookIsGoneWhateverBecomesOfIt() throws Exception {
        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            long lost = one(statement);
            connection.rollback();

            assertThat(one(statement)).isGreaterThan(lost);
        }
    }

    @Test
    void nobodyWaitsForATransactionThatTookAnId() throws Exception {
        try (Connection first = store.application();
                Statement mine = first.createStatement();
                Connection second = store.application();
                Statement other = second.createStatement()) {
            first.setAutoCommit(false);
            one(mine);
            clock(hour + 1);
            other.execute("set lock_timeout = '2s'");

            assertThat(RowId.of(one(other)).millis()).isEqualTo(hour + 1);
            first.rollback();
        }
    }

    @Test
    void manySessionsNeverGetTheSameWhileTheClockJumps() throws Exception {
        Callable<List<Long>> session = () -> ids("select meridian.next_id(7) from generate_series(1, 20)", 100);
        Set<Long> all = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(9)) {
            List<Future<List<Long>>> running = new ArrayList<>();
            for (int each = 0; each < 8; each++) {
                running.add(threads.submit(session));
            }
            Random random = new Random(2);
            while (running.stream().anyMatch(one -> !one.isDone())) {
                clock(hour + random.nextInt(9000));
            }
            for (Future<List<Long>> one : running) {
                assertThat(one.get()).isSorted();
                all.addAll(one.get());
            }
        }

        assertThat(all).hasSize(8 * 20 * 100);
        hour += 9000;
    }

    @Test
    void aCrashMakesNoIdTwice() throws Exception {
        store.superuser(
                "create table if not exists ledger.made (id bigint primary key); grant all on ledger.made to ledger");
        for (int crash = 0; crash < 3; crash++) {
            try (Connection connection = store.application();
                    Statement statement = connection.createStatement()) {
                statement.execute("insert into ledger.made select meridian.next_id(7) from generate_series(1, 5000)");
            }
            store.server().kill();
            store.server().restart();
            clock(hour - 5000);
        }
        assertThat(store.ask("select count(*) from ledger.made")).isEqualTo("15000");
    }

    @Test
    void sqlReadsIdsAsOtherLanguagesDo() throws Exception {
        try (Connection connection = store.application();
                PreparedStatement query =
                        connection.prepareStatement("select at, store_number, count from meridian.id_parts(?)")) {
            for (IdVectors.Vector vector : IdVectors.load()) {
                query.setLong(1, vector.id());
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    assertThat(row.getObject(1, OffsetDateTime.class).toInstant())
                            .as(vector.toString())
                            .isEqualTo(vector.at());
                    assertThat(row.getInt(2)).isEqualTo(vector.number());
                    assertThat(row.getInt(3)).isEqualTo(vector.count());
                }
            }
        }
    }

    @Test
    void aStoreKeepsItsNumber() throws Exception {
        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.check(connection, numbered(OptionalInt.of(NUMBER))))
                    .isEmpty();
            assertThat(Installer.check(connection, numbered(OptionalInt.of(6 * 16)))
                            .toString())
                    .contains("ids that this store made carry the number 80, by the topology it would be 96")
                    .contains("number / 16 = 5");
            assertThat(Installer.check(connection, numbered(OptionalInt.empty()))
                            .toString())
                    .contains("by the topology it would be none");
        }
    }

    @Test
    void noApplicationSetsTheStateBack() {
        for (String attempt : new String[] {
            "select setval('meridian.id_time', 1)",
            "select setval('meridian.id_count', 1)",
            "select meridian.raise_id_time(1, 1, true)"
        }) {
            assertThatThrownBy(() -> ids(attempt)).as(attempt).hasMessageContaining("permission denied");
        }
    }

    @Test
    void anotherStoresShardIsAFault() {
        assertThatThrownBy(() -> ids("select meridian.next_id(64)"))
                .hasMessageContaining("shard 64 is not of this store: it holds shards 0 to 63");
    }

    private static InstallPlan numbered(OptionalInt number) {
        InstallPlan plan = TestStore.PLAN;
        return new InstallPlan(
                plan.shards(),
                plan.group(),
                plan.range(),
                plan.appliers(),
                plan.tables(),
                plan.transactionLimit(),
                plan.agentRole(),
                plan.slot(),
                plan.publication(),
                number);
    }

    private static void clock(long millis) throws SQLException {
        store.superuser("update meridian.test_clock set millis = " + millis);
    }

    private static long one(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select meridian.next_id(7)")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static List<Long> ids(String sql) throws SQLException {
        return ids(sql, 1);
    }

    private static List<Long> ids(String sql, int times) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            for (int time = 0; time < times; time++) {
                try (ResultSet row = statement.executeQuery(sql)) {
                    while (row.next()) {
                        ids.add(row.getLong(1));
                    }
                }
            }
        }
        return ids;
    }
}
