package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.EveryType;
import io.meridian.agent.TestStore;
import io.meridian.agent.record.Decision;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.stream.Awaiting;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** What every source of changes keeps, on a real PostgreSQL; subclasses are its subjects, and hold what only one of them can do. */
public abstract class ChangeSourceContract {
    protected TestStore store;
    protected StoreAccess access;
    protected ChangeSource source;

    /** The subject, on the slot and publication {@code meridian_main}, for an agent whose origins begin with {@code meridian_main_}. */
    protected abstract ChangeSource open(StoreAccess access, long fromLsn) throws SQLException;

    @BeforeEach
    protected void aStore() throws Exception {
        store = TestStore.installed();
        try {
            store.lease();
            store.superuser(EveryType.CREATE);
            store.superuser(
                    "update meridian.fence set state = 'OPEN', epoch = 1, owned_epoch = 1, opened_at = clock_timestamp()");
            access = new StoreAccess(store.url(), "meridian_agent", store.password());
            source = open(access, 0);
        } catch (Exception e) {
            store.close();
            throw e;
        }
        assertThat(next().changes()).hasSize(TestStore.SHARDS); // the openings
    }

    @AfterEach
    protected void end() {
        source.close();
        store.close();
    }

    @Test
    void everyValueIsTheTextThatASelectGives() throws Exception {
        application(EveryType.insert("alice"));

        SourceTransaction transaction = next(); // two statements sent together are one transaction
        assertThat(transaction.changes()).hasSize(4);
        for (SourceChange change : transaction.changes()) {
            var inserted = (SourceChange.Inserted) change;
            assertThat(inserted.row()).isEqualTo(selected(inserted));
        }
    }

    @Test
    void anUnchangedLongValueIsNotInTheLogUnlessTheWholeRowIs() throws Exception {
        application("insert into ledger.things (user_key, id, whole) values ('alice', 1, 1)");
        next();
        // Random, so that it is stored apart and not just compressed.
        application(
                "update ledger.things set raw = (select string_agg(sha256(n::text::bytea), '') from generate_series(1, 400) n)");
        next();

        application("update ledger.things set whole = 2");
        var updated = (SourceChange.Updated) next().changes().getFirst();
        assertThat(value(updated.relation(), updated.row(), "raw")).isEqualTo(Value.UNCHANGED);
        assertThat(value(updated.relation(), updated.row(), "whole")).isEqualTo(Value.of("2"));
        assertThat(updated.before()).isEmpty();
    }

    @Test
    void theRowBeforeIsToldWholeWhereItIsTheReplicaIdentity() throws Exception {
        store.superuser(
                "alter table ledger.things drop column halved; alter table ledger.things replica identity full");
        reopened();
        application("insert into ledger.things (user_key, id, whole) values ('alice', 1, 1)");
        next();
        application(
                "update ledger.things set raw = (select string_agg(sha256(n::text::bytea), '') from generate_series(1, 400) n)");
        next();

        application("update ledger.things set whole = 3");
        var whole = (SourceChange.Updated) next().changes().getFirst();
        assertThat(whole.relation().columns()).allMatch(Relation.Column::key);
        assertThat(value(whole.relation(), whole.row(), "raw")).isInstanceOf(Value.Text.class);
        assertThat(value(whole.relation(), whole.before().orElseThrow(), "whole"))
                .isEqualTo(Value.of("1"));
        application("delete from ledger.things");
        var deleted = (SourceChange.Deleted) next().changes().getFirst();
        assertThat(value(deleted.relation(), deleted.before(), "whole")).isEqualTo(Value.of("3"));
        assertThat(value(deleted.relation(), deleted.before(), "long")).isEqualTo(Value.NULL);
    }

    @Test
    void aKeyThatChangesAndARowThatGoesTellTheOldKeyOnly() throws Exception {
        application("insert into ledger.things (user_key, id, whole) values ('alice', 1, 1)");
        next();

        application("update ledger.things set id = 2, whole = 5");
        var updated = (SourceChange.Updated) next().changes().getFirst();
        assertThat(value(updated.relation(), updated.before().orElseThrow(), "id"))
                .isEqualTo(Value.of("1"));
        assertThat(value(updated.relation(), updated.before().orElseThrow(), "whole"))
                .isEqualTo(Value.UNCHANGED);

        application("delete from ledger.things");
        var deleted = (SourceChange.Deleted) next().changes().getFirst();
        assertThat(value(deleted.relation(), deleted.before(), "user_key")).isEqualTo(Value.of("alice"));
        assertThat(value(deleted.relation(), deleted.before(), "id")).isEqualTo(Value.of("2"));
    }

    @Test
    void whatIsWrittenUnderAnOriginNeverComes() throws Exception {
        try (Connection applier = store.connect("meridian_agent");
                Statement statement = applier.createStatement()) {
            statement.execute("select pg_replication_origin_create('meridian_main_west_0')");
            statement.execute("select pg_replication_origin_session_setup('meridian_main_west_0')");
            statement.execute("set session_replication_role = 'replica'");
            statement.execute("insert into ledger.accounts values ('bob', 'main', 1)");
        }
        application("insert into ledger.accounts values ('alice', 'main', 1)");

        var inserted = (SourceChange.Inserted) next().changes().getFirst();
        assertThat(inserted.row().getFirst()).isEqualTo(Value.of("alice"));
    }

    @Test
    void transactionsComeWholeAndInTheOrderOfTheirCommits() throws Exception {
        try (Connection first = store.application();
                Connection second = store.application();
                Statement early = first.createStatement();
                Statement late = second.createStatement()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            early.execute("insert into ledger.accounts values ('alice', 'main', 1)");
            late.execute("insert into ledger.accounts values ('bob', 'main', 1)");
            early.execute("update ledger.accounts set balance = 2 where user_key = 'alice'");
            late.execute("savepoint undone");
            late.execute("insert into ledger.accounts values ('bob', 'undone', 1)");
            late.execute("rollback to savepoint undone");
            second.commit();
            early.execute("delete from ledger.accounts where user_key = 'alice'");
            assertThat(polled())
                    .singleElement()
                    .satisfies(only -> assertThat(only.changes()).hasSize(1));
            first.commit();
        }

        assertThat(next().changes())
                .extracting(change -> (Object) change.getClass())
                .containsExactly(SourceChange.Inserted.class, SourceChange.Updated.class, SourceChange.Deleted.class);
    }

    @Test
    void aTransactionStandsWhereItsCommitEnds() throws Exception {
        long before = lsn("select pg_current_wal_insert_lsn()");
        Instant earliest = Instant.now().minusSeconds(60);
        application("insert into ledger.accounts values ('alice', 'main', 1)");
        long after = lsn("select pg_current_wal_insert_lsn()");

        SourceTransaction transaction = next();

        assertThat(transaction.endLsn()).isGreaterThan(before).isLessThanOrEqualTo(after);
        assertThat(source.polledLsn()).isEqualTo(transaction.endLsn());
        assertThat(transaction.commitMicros())
                .isBetween(
                        ChronoUnit.MICROS.between(Instant.EPOCH, earliest),
                        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) + 60_000_000);
    }

    @Test
    void whatIsToldOfOrphansComesThoughNothingOfItStays() throws Exception {
        String content = """
                {"source": "west", "incarnation": "w", "lsn": "170", "part": 2, "shard": 5, "index": 3, "verdict": "REJECTED",
                 "reason": "touched \\"meanwhile\\" ü", "ours": ""}""";
        try (Connection agent = access.open("telling");
                Statement statement = agent.createStatement()) {
            statement.execute("insert into meridian.telling (shard, kind, content) values (5, 'DECISION', '" + content
                    + "'); delete from meridian.telling");
        }

        List<Optional<Entry>> told = new ArrayList<>();
        next().changes().forEach(change -> told.add(TellingRow.of(change)));

        assertThat(told)
                .containsExactly(
                        Optional.of(new Decision(
                                new Origin(RegionId.of("west"), new Position("w", 170, 2), ShardId.of(5), 3),
                                Decision.Verdict.REJECTED,
                                "touched \"meanwhile\" ü",
                                "")),
                        Optional.empty());
    }

    @Test
    void aTruncateIsTold() throws Exception {
        store.superuser(
                "alter publication meridian_main set (publish = 'insert, update, delete, truncate'); alter table ledger.entries disable trigger all");

        store.superuser("truncate ledger.entries");

        assertThat(next().changes()).singleElement().satisfies(change -> {
            assertThat(change).isInstanceOf(SourceChange.Truncated.class);
            assertThat(change.relation().qualifiedName()).isEqualTo("ledger.entries");
        });
    }

    @Test
    void aColumnThatIsAddedOrDroppedWhileTheSourceRunsIsThereFromItsFirstRowOn() throws Exception {
        application("insert into ledger.accounts values ('alice', 'main', 1)");
        assertThat(next().changes().getFirst().relation().indexOf("colour")).isNegative();
        store.superuser("alter table ledger.accounts add column colour text");
        application("insert into ledger.accounts values ('bob', 'main', 1, 'red')");
        application("update ledger.accounts set balance = 2 where user_key = 'bob'");
        store.superuser("alter table ledger.accounts drop column balance");
        application("delete from ledger.accounts where user_key = 'bob'");

        var inserted = (SourceChange.Inserted) next().changes().getFirst();
        assertThat(value(inserted.relation(), inserted.row(), "colour")).isEqualTo(Value.of("red"));
        var updated = (SourceChange.Updated) next().changes().getFirst();
        assertThat(value(updated.relation(), updated.row(), "balance")).isEqualTo(Value.of("2"));
        var deleted = (SourceChange.Deleted) next().changes().getFirst();
        assertThat(deleted.relation().indexOf("balance")).isNegative();
        assertThat(value(deleted.relation(), deleted.before(), "user_key")).isEqualTo(Value.of("bob"));
    }

    @Test
    void messagesOfOtherProgramsAreNoTransactionsOfOurs() throws Exception {
        application(
                "select pg_logical_emit_message(true, 'outbox', 'x'), pg_logical_emit_message(false, 'outbox', 'y')");
        application("insert into ledger.accounts values ('alice', 'main', 1)");

        var inserted = (SourceChange.Inserted) next().changes().getFirst();
        assertThat(inserted.row().getFirst()).isEqualTo(Value.of("alice"));
    }

    @Test
    void theStoreForgetsItsLogAsFarAsWasConfirmedAndNoFurther() throws Exception {
        application("insert into ledger.accounts values ('alice', 'main', 1)");
        long first = next().endLsn();
        application("insert into ledger.accounts values ('bob', 'main', 1)");
        next();

        source.confirm(first);

        Awaiting.await(
                "the slot stands at what was confirmed",
                60,
                () -> {
                    source.poll();
                    return confirmed() == first;
                },
                () -> store.ask("select confirmed_flush_lsn from pg_replication_slots"));
        application("insert into ledger.accounts values ('carol', 'main', 1)");
        next();
        assertThat(confirmed()).isEqualTo(first);
    }

    @Test
    void aTransactionComesAgainUntilItIsConfirmed() throws Exception {
        application("insert into ledger.accounts values ('alice', 'main', 1)");
        long first = next().endLsn();
        application("insert into ledger.accounts values ('bob', 'main', 1)");
        SourceTransaction second = next();
        source.confirm(first);
        source.close();

        source = open(access, first);
        assertThat(next()).isEqualTo(second);
    }

    @Test
    void whenTheLogHoldsNothingPublishedThePlaceMovesOnAllTheSame() throws Exception {
        store.superuser("create table unpublished as select generate_series(1, 1000)");
        long written = LogSequenceNumber.valueOf(store.ask("select pg_current_wal_lsn()"))
                .asLong();

        Awaiting.await(
                "the polled LSN passes what was written",
                60,
                () -> source.poll().isEmpty() && source.polledLsn() >= written,
                () -> source.polledLsn());
    }

    /** As after a restart of the agent, with nothing left unread. */
    protected void reopened() throws SQLException {
        long read = source.polledLsn();
        source.confirm(read);
        source.close();
        source = open(access, read);
    }

    private long lsn(String query) throws SQLException {
        return LogSequenceNumber.valueOf(store.ask(query)).asLong();
    }

    private long confirmed() throws SQLException {
        return lsn("select confirmed_flush_lsn from pg_replication_slots where slot_name = 'meridian_main'");
    }

    /** One transaction, and no other for as long as it takes to see what was written by now. */
    private List<SourceTransaction> polled() throws SQLException {
        List<SourceTransaction> came = new ArrayList<>(List.of(next()));
        for (int look = 0; look < 20; look++) {
            source.poll().ifPresent(came::add);
        }
        return came;
    }

    protected SourceTransaction next() {
        List<SourceTransaction> came = new ArrayList<>();
        Awaiting.await(
                "a transaction",
                60,
                () -> {
                    Optional<SourceTransaction> polled = source.poll();
                    polled.ifPresent(came::add);
                    return polled.isPresent();
                },
                () -> source.polledLsn());
        return came.getFirst();
    }

    protected void application(String sql) throws Exception {
        try (Connection application = store.application();
                Statement statement = application.createStatement()) {
            statement.execute(sql);
        }
    }

    protected static Value value(Relation relation, List<Value> row, String column) {
        return row.get(relation.indexOf(column));
    }

    private List<Value> selected(SourceChange.Inserted inserted) throws Exception {
        Relation relation = inserted.relation();
        String columns = String.join(
                ", ",
                relation.columns().stream()
                        .map(column -> '"' + column.name().replace("\"", "\"\"") + '"')
                        .map(column ->
                                "case when " + column + " is distinct from null then format('%s', " + column + ") end")
                        .toList());
        Value id = value(relation, inserted.row(), "id");
        try (Connection session = access.open("judge");
                Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(
                        "select " + columns + " from ledger.things where id = " + ((Value.Text) id).text())) {
            row.next();
            List<Value> values = new ArrayList<>();
            for (int index = 1; index <= relation.columns().size(); index++) {
                String text = row.getString(index);
                values.add(text == null ? Value.NULL : Value.of(text));
            }
            return values;
        }
    }
}
