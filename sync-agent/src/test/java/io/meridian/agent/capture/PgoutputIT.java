package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.EveryType;
import io.meridian.agent.TestStore;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.stream.Awaiting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.LogSequenceNumber;

/** What PostgreSQL really sends. */
class PgoutputIT {
    private TestStore store;
    private StoreAccess access;
    private PgoutputChangeSource source;

    @BeforeEach
    void aStore() throws Exception {
        store = TestStore.installed();
        store.lease();
        store.superuser(EveryType.CREATE);
        store.superuser(
                "update meridian.fence set state = 'OPEN', epoch = 1, owned_epoch = 1, opened_at = clock_timestamp()");
        access = new StoreAccess(store.url(), "meridian_agent", store.password());
        source = PgoutputChangeSource.open(access, "meridian_main", "meridian_main", "meridian_main_", 0);
        assertThat(next().changes()).hasSize(TestStore.SHARDS); // the openings
    }

    @AfterEach
    void end() {
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

        store.superuser(
                "alter table ledger.things drop column halved; alter table ledger.things replica identity full");
        application("update ledger.things set whole = 3");
        var whole = (SourceChange.Updated) next().changes().getFirst();
        assertThat(value(whole.relation(), whole.row(), "raw")).isNotEqualTo(Value.UNCHANGED);
        assertThat(value(whole.relation(), whole.before().orElseThrow(), "whole"))
                .isEqualTo(Value.of("2"));
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
    void theKeyIsThatOfTheLogAndNotOfTheCatalogNow() throws Exception {
        application("insert into ledger.things (user_key, id, whole) values ('alice', 1, 1)");
        application("delete from ledger.things");
        store.superuser(
                "alter table ledger.things drop constraint things_pkey; alter table ledger.things drop column whole");

        next();
        var deleted = (SourceChange.Deleted) next().changes().getFirst();
        assertThat(value(deleted.relation(), deleted.before(), "id")).isEqualTo(Value.of("1"));
        assertThat(deleted.relation().indexOf("whole")).isNotNegative();
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
    void aTransactionComesAgainUntilItIsConfirmed() throws Exception {
        application("insert into ledger.accounts values ('alice', 'main', 1)");
        long first = next().endLsn();
        application("insert into ledger.accounts values ('bob', 'main', 1)");
        SourceTransaction second = next();
        source.confirm(first);
        source.close();

        source = PgoutputChangeSource.open(access, "meridian_main", "meridian_main", "meridian_main_", first);
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

    private SourceTransaction next() {
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

    private void application(String sql) throws Exception {
        try (Connection application = store.application();
                Statement statement = application.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Value value(Relation relation, List<Value> row, String column) {
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
