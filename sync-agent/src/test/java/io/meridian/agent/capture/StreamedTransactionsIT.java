package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import io.meridian.agent.record.Value;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.stream.Awaiting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that PostgreSQL sends before they end. */
class StreamedTransactionsIT {
    private static final int LARGE = 60_000;

    @TempDir
    private Path folder;

    private TestStore store;
    private StoreAccess access;
    private PgoutputChangeSource source;

    @BeforeEach
    void aStore() throws Exception {
        store = TestStore.installed();
        store.superuser(
                "alter table ledger.entries disable trigger all; alter table ledger.accounts disable trigger all");
        access = new StoreAccess(store.url(), "meridian_agent", store.password());
        source = open(0);
    }

    @AfterEach
    void end() throws Exception {
        source.close();
        store.close();
        assertThat(folder.resolve("staging")).doesNotExist();
    }

    @Test
    void aLargeTransactionWaitsOnDiskAndIsGivenAsOftenAsAsked() throws Exception {
        store.superuser(
                "insert into ledger.entries select 'k' || n, n, n, null from generate_series(1, " + LARGE + ") n");

        try (SourceTransaction large = next()) {
            assertThat(large.changes().inMemory()).isFalse();
            assertThat(stagedFiles()).hasSize(1);
            assertThat(ids(large))
                    .isEqualTo(IntStream.rangeClosed(1, LARGE)
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(ids(large)).hasSize(LARGE);
        }
        assertThat(stagedFiles()).isEmpty();
    }

    @Test
    void whatAStreamedTransactionDescribedIsNotDescribedAgainOnceItIsCommitted() throws Exception {
        store.superuser(
                "insert into ledger.entries select 'k' || n, n, n, null from generate_series(1, " + LARGE + ") n");
        next().close();

        store.superuser("insert into ledger.entries values ('small', 1, 1, null)"); // too small to be streamed

        assertThat(ids(next())).containsExactly("1");
    }

    @Test
    void largeTransactionsSideBySideComeInTheOrderOfTheirCommits() throws Exception {
        try (Connection first = begun();
                Connection second = begun();
                Connection dropped = begun()) {
            for (int piece = 0; piece < 4; piece++) {
                int from = piece * 10_000;
                insert(first, 1_000_000 + from, 10_000);
                insert(second, 2_000_000 + from, 10_000);
                insert(dropped, 3_000_000 + from, 10_000);
            }
            store.superuser("insert into ledger.accounts values ('small', 'main', 1)");
            assertThat(next().changes()).hasSize(1);
            assertThat(stagedFiles()).hasSize(3);

            second.commit();
            dropped.rollback();
            first.commit();
        }

        try (SourceTransaction second = next();
                SourceTransaction first = next()) {
            assertThat(ids(second)).hasSize(40_000).first().isEqualTo("2000000");
            assertThat(ids(first)).hasSize(40_000).first().isEqualTo("1000000");
        }
        assertThat(stagedFiles()).isEmpty();
    }

    @Test
    void whatASavepointUndidIsNotInIt() throws Exception {
        streamEveryChange();
        try (Connection session = begun();
                Statement statement = session.createStatement()) {
            statement.execute("savepoint a");
            statement.execute("insert into ledger.accounts values ('undone', 'main', 1)"); // describes the table, too
            statement.execute("insert into ledger.entries values ('k', 1, 1, 'undone')");
            statement.execute("savepoint b");
            statement.execute("insert into ledger.entries values ('k', 2, 1, 'undone')");
            statement.execute("release savepoint b");
            statement.execute("rollback to savepoint a");
            statement.execute("insert into ledger.accounts values ('kept', 'main', 1)");
            statement.execute("insert into ledger.entries values ('k', 3, 1, 'kept')");
            statement.execute("savepoint c");
            statement.execute("insert into ledger.entries values ('k', 4, 1, 'kept')");
            statement.execute("savepoint d");
            statement.execute("insert into ledger.entries values ('k', 5, 1, 'undone')");
            statement.execute("rollback to savepoint d");
            statement.execute("release savepoint c");
            statement.execute("insert into ledger.entries values ('k', 6, 1, 'kept')");
            session.commit();
        }

        assertThat(next().changes())
                .extracting(change -> ((SourceChange.Inserted) change).row().toString())
                .hasSize(4)
                .allMatch(row -> row.contains("kept"));
    }

    @Test
    void aTransactionThatIsRolledBackLeavesNothing() throws Exception {
        streamEveryChange();
        try (Connection session = begun()) {
            insert(session, 1, 100);
            session.rollback();
        }
        store.superuser("insert into ledger.accounts values ('after', 'main', 1)");

        assertThat(next().changes()).hasSize(1);
        assertThat(stagedFiles()).isEmpty();
    }

    @Test
    void aTableThatChangesWithinATransactionIsReadAsItWasAtEachRow() throws Exception {
        streamEveryChange();
        try (Connection session = begun();
                Statement statement = session.createStatement()) {
            statement.execute("insert into ledger.entries values ('k', 1, 1, 'note')");
            statement.execute("alter table ledger.entries add column more text default 'd'");
            statement.execute("insert into ledger.entries values ('k', 2, 1, 'note', 'more')");
            statement.execute("alter table ledger.entries drop column note");
            statement.execute("insert into ledger.entries values ('k', 3, 1, 'more')");
            session.commit();
        }
        store.superuser("insert into ledger.entries values ('k', 4, 1, 'x')");

        assertThat(next().changes())
                .extracting(change -> change.relation().columns().size() + "/"
                        + ((SourceChange.Inserted) change).row().size())
                .containsExactly("4/4", "5/5", "4/4");
        SourceChange after = next().changes().getFirst();
        assertThat(after.relation().indexOf("note")).isNegative();
        assertThat(((SourceChange.Inserted) after).row()).contains(Value.of("x"));
    }

    @Test
    void whatWeAppliedOurselvesComesOutEmptyHoweverItIsSent() throws Exception {
        store.superuser("select pg_create_logical_replication_slot('every_origin', 'pgoutput')");
        store.superuser(
                "select pg_replication_origin_create('meridian_main_west_0'), pg_replication_origin_create('other')");
        store.superuser("""
                select pg_replication_origin_session_setup('meridian_main_west_0');
                insert into ledger.entries select 'ours', n, n, null from generate_series(1, 50) n
                """);
        store.superuser("""
                select pg_replication_origin_session_setup('other');
                insert into ledger.entries select 'theirs', n, n, null from generate_series(1, 50) n
                """);
        List<ByteBuffer> messages = peek("every_origin");
        assertThat(messages).anyMatch(message -> message.get(0) == 'S').anyMatch(message -> message.get(0) == 'O');

        try (Staging staging = Staging.in(folder.resolve("other"), Staging.MOST_BYTES)) {
            var assembler = new TransactionAssembler("meridian_main_", staging, () -> {});
            List<SourceChange> changes = new ArrayList<>();
            for (ByteBuffer message : messages) {
                assembler
                        .add(message)
                        .ifPresent(transaction -> transaction.changes().forEach(changes::add));
            }

            assertThat(changes).hasSize(50).allMatch(change -> change.toString().contains("theirs"));
        }
    }

    @Test
    void afterTheStoreEndedTheConnectionEverythingUnconfirmedComesAgain() throws Exception {
        store.superuser("insert into ledger.accounts values ('confirmed', 'main', 1)");
        long confirmed = next().endLsn();
        source.confirm(confirmed);
        try (Connection session = begun()) {
            insert(session, 1, 30_000);
            store.superuser("insert into ledger.accounts values ('unconfirmed', 'main', 1)");
            SourceTransaction unconfirmed = next();
            assertThat(stagedFiles()).hasSize(1);

            store.superuser("select pg_terminate_backend(active_pid) from pg_replication_slots where active");
            Awaiting.await(
                    "the end of the connection is seen",
                    60,
                    () -> {
                        try {
                            return source.poll().isPresent();
                        } catch (SQLException e) {
                            return true;
                        }
                    },
                    () -> source.polledLsn());
            source.close();
            source = open(confirmed);
            insert(session, 100_000, 30_000);
            session.commit();

            assertThat(next()).isEqualTo(unconfirmed);
            try (SourceTransaction large = next()) {
                assertThat(ids(large)).hasSize(60_000).first().isEqualTo("1");
            }
        }
    }

    @Test
    void aSecondCaptureOfTheSameSlotIsToldSoAndDisturbsNothing() throws Exception {
        try (Connection session = begun()) {
            insert(session, 1, 30_000);
            Awaiting.await(
                    "a staged file",
                    60,
                    () -> source.poll().isEmpty() && !stagedFiles().isEmpty(),
                    this::stagedFiles);

            assertThatThrownBy(() -> open(0))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("slot meridian_main is held by another capture")
                    .hasMessageContaining("PID");
            session.commit();
        }

        try (SourceTransaction large = next()) {
            assertThat(ids(large)).hasSize(30_000);
        }
    }

    @Test
    void whenNothingCanBeStagedCaptureStopsLoudlyAndLosesNothing() throws Exception {
        Files.delete(folder.resolve("staging"));
        Files.writeString(folder.resolve("staging"), "in the way");
        store.superuser(
                "insert into ledger.entries select 'k' || n, n, n, null from generate_series(1, " + LARGE + ") n");

        assertThatThrownBy(this::next).rootCause().isInstanceOf(IOException.class);
        source.close();
        assertThatThrownBy(() -> open(0)).hasMessageContaining("staging");

        Files.delete(folder.resolve("staging"));
        source = open(0);
        try (SourceTransaction large = next()) {
            assertThat(ids(large)).hasSize(LARGE);
        }
    }

    @Test
    void rowsOfTenMegabytesComeWhole() throws Exception {
        streamEveryChange();
        store.superuser("create table ledger.wide (user_key text primary key, long text, raw bytea)");
        store.superuser("alter publication meridian_main add table ledger.wide");
        store.superuser(
                "insert into ledger.wide select 'k' || n, repeat('é' || n, 3500000), decode(repeat('00ff', 2500000), 'hex')"
                        + " from generate_series(1, 3) n");

        try (SourceTransaction wide = next()) {
            int row = 0;
            for (SourceChange change : wide.changes()) {
                row++;
                assertThat(((SourceChange.Inserted) change).row())
                        .isEqualTo(List.of(
                                Value.of("k" + row),
                                Value.of(("é" + row).repeat(3_500_000)),
                                Value.of("\\x" + "00ff".repeat(2_500_000))));
            }
            assertThat(row).isEqualTo(3);
        }
    }

    @Test
    void partitionsComeAsTheirRootWhereThePublicationSaysSo() throws Exception {
        streamEveryChange();
        store.superuser("""
                create table ledger.parts (user_key text, id bigint, note text, primary key (user_key, id)) partition by range (id);
                create table ledger.parts_low partition of ledger.parts for values from (0) to (100);
                create table ledger.parts_high (note text, id bigint not null, user_key text not null);
                alter table ledger.parts attach partition ledger.parts_high for values from (100) to (200);
                alter publication meridian_main set (publish_via_partition_root = true);
                alter publication meridian_main add table ledger.parts;
                """);
        try (Connection session = begun();
                Statement statement = session.createStatement()) {
            statement.execute("insert into ledger.parts values ('a', 1, 'low'), ('b', 101, 'high')");
            statement.execute("insert into ledger.parts_high (user_key, id, note) values ('c', 102, 'direct')");
            statement.execute("update ledger.parts set id = 103 where id = 1");
            session.commit();
        }

        List<SourceChange> changes = changes(next());
        assertThat(changes).allMatch(change -> change.relation().qualifiedName().equals("ledger.parts"));
        assertThat(changes.subList(0, 3))
                .extracting(change -> ((SourceChange.Inserted) change).row())
                .containsExactly(
                        List.of(Value.of("a"), Value.of("1"), Value.of("low")),
                        List.of(Value.of("b"), Value.of("101"), Value.of("high")),
                        List.of(Value.of("c"), Value.of("102"), Value.of("direct")));
        assertThat(((SourceChange.Deleted) changes.get(3)).before())
                .isEqualTo(List.of(Value.of("a"), Value.of("1"), Value.UNCHANGED));
        assertThat(((SourceChange.Inserted) changes.get(4)).row())
                .isEqualTo(List.of(Value.of("a"), Value.of("103"), Value.of("low")));
    }

    private PgoutputChangeSource open(long from) throws SQLException {
        return PgoutputChangeSource.open(
                access, "meridian_main", "meridian_main", "meridian_main_", folder.resolve("staging"), from);
    }

    /** A setting for those who test PostgreSQL: nothing waits for a transaction's size. */
    private void streamEveryChange() throws SQLException {
        store.superuser("alter role meridian_agent set debug_logical_replication_streaming = immediate");
        source.close();
        source = open(0);
    }

    private List<ByteBuffer> peek(String slot) throws SQLException {
        try (Connection superuser = store.connect("postgres")) {
            return SlotMessages.peek(superuser, slot, "meridian_main");
        }
    }

    private Connection begun() throws SQLException {
        Connection session = store.connect("postgres");
        session.setAutoCommit(false);
        return session;
    }

    private static void insert(Connection session, int from, int count) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("insert into ledger.entries select 'k' || n, n, n, null from generate_series(" + from
                    + ", " + (from + count - 1) + ") n");
        }
    }

    private List<String> stagedFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("staging"))) {
            return files.map(Path::toString).toList();
        }
    }

    private static List<SourceChange> changes(SourceTransaction transaction) {
        List<SourceChange> changes = new ArrayList<>();
        transaction.changes().forEach(changes::add);
        return changes;
    }

    private static List<String> ids(SourceTransaction transaction) {
        List<String> ids = new ArrayList<>();
        for (SourceChange change : transaction.changes()) {
            ids.add(((Value.Text) ((SourceChange.Inserted) change).row().get(1)).text());
        }
        return ids;
    }

    private SourceTransaction next() {
        List<SourceTransaction> came = new ArrayList<>();
        Awaiting.await(
                "a transaction",
                60,
                () -> {
                    // A change of a table or a role is a transaction of its own, in which nothing is published.
                    source.poll()
                            .filter(polled -> polled.changes().iterator().hasNext())
                            .ifPresent(came::add);
                    return !came.isEmpty();
                },
                () -> source.polledLsn());
        return came.getFirst();
    }
}
