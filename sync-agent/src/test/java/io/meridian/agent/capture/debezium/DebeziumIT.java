package io.meridian.agent.capture.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.EveryType;
import io.meridian.agent.capture.ChangeSource;
import io.meridian.agent.capture.ChangeSourceContract;
import io.meridian.agent.capture.PgoutputChangeSource;
import io.meridian.agent.capture.SourceTransaction;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.store.StoreAccess;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Debezium as the source: the contract, and that it refuses what it cannot do. */
class DebeziumIT extends ChangeSourceContract {
    private static final TransactionLimit LIMIT = new TransactionLimit(1_000, 1 << 20);

    @Override
    protected ChangeSource open(StoreAccess access, long fromLsn) throws SQLException {
        return DebeziumChangeSource.open(access, "meridian_main", "meridian_main", "meridian_main_", fromLsn, LIMIT);
    }

    @Test
    void eachTransactionIsThatOfPgoutputDownToItsPosition() throws Exception {
        store.superuser("alter table ledger.entries replica identity full");
        reopened();
        store.superuser("select pg_create_logical_replication_slot('other', 'pgoutput')");
        application(EveryType.insert("alice"));
        application("update ledger.things set whole = 2 where id < 3");
        application(
                "update ledger.things set id = id + 10, doc = null where id = 1; delete from ledger.things where id = 3");
        application(
                "insert into ledger.entries values ('alice', 1, 1, repeat('x', 100000)); update ledger.entries set amount = 2");
        application("delete from ledger.entries; insert into ledger.accounts values ('alice', 'main', 1)");

        List<SourceTransaction> here =
                IntStream.range(0, 5).mapToObj(_ -> next()).toList();
        try (ChangeSource pgoutput = PgoutputChangeSource.open(access, "other", "meridian_main", "meridian_main_", 0)) {
            source.close();
            source = pgoutput;
            assertThat(IntStream.range(0, 5).mapToObj(_ -> next()).toList()).isEqualTo(here);
        }
    }

    @Test
    void aKeyThatChangesWhileTheSourceRunsStopsItAndSaysWhatToDo() throws Exception {
        application("insert into ledger.accounts values ('alice', 'main', 1)");
        next();
        store.superuser(
                "alter table ledger.accounts drop constraint accounts_pkey; alter table ledger.accounts add primary key (account, user_key)");
        application("insert into ledger.accounts values ('bob', 'main', 1)");

        assertThatThrownBy(this::next)
                .rootCause()
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("ledger.accounts")
                .hasMessageContaining("meridian.capture.source=pgoutput");
    }

    @Test
    void aKeyThatChangedWhileNobodyReadStopsItAndPgoutputGoesOn() throws Exception {
        long from = source.polledLsn();
        source.close();
        application("insert into ledger.accounts values ('alice', 'main', 1)");
        application("delete from ledger.accounts");
        store.superuser(
                "alter table ledger.accounts drop constraint accounts_pkey; alter table ledger.accounts add primary key (user_key)");
        application("insert into ledger.entries values ('alice', 1, 1, 'another table')");

        source = open(access, from);
        assertThatThrownBy(this::next)
                .rootCause()
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("meridian.capture.source=pgoutput");

        source.close();
        source = PgoutputChangeSource.open(access, "meridian_main", "meridian_main", "meridian_main_", from);
        next();
        next();
        long passed = next().endLsn();
        source.confirm(passed);
        source.close();
        application("insert into ledger.accounts values ('bob', 'main', 1)");
        source = open(access, passed);
    }

    @Test
    void aTransactionAboveTheLimitIsRefusedAndSaysWhatToDo() throws Exception {
        application("insert into ledger.entries select 'alice', n, n, null from generate_series(1, 1000) n");
        assertThat(next().changes()).hasSize(1_000);
        application("insert into ledger.entries select 'bob', n, n, null from generate_series(1, 1001) n");

        assertThatThrownBy(this::next)
                .rootCause()
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("1000 changes")
                .hasMessageContaining("meridian.capture.source=pgoutput");
    }

    @Test
    void aTransactionOfManyBytesIsRefusedToo() throws Exception {
        application(
                "insert into ledger.entries select 'alice', n, n, repeat('x', 600000) from generate_series(1, 2) n");

        assertThatThrownBy(this::next)
                .rootCause()
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("1048576 bytes");
    }

    @Test
    void aMessageThatOnlyALaterReleaseKnowsStopsIt() throws Exception {
        application("select pg_logical_emit_message(true, 'meridian.decision', 'x')");

        assertThatThrownBy(this::next).rootCause().hasMessageContaining("meridian.decision");
    }

    @Test
    void aSlotThatIsGoneIsNotMadeAnewUnseen() throws Exception {
        application("insert into ledger.accounts values ('alice', 'main', 1)");
        long from = next().endLsn();
        source.close();
        application("insert into ledger.accounts values ('bob', 'main', 1)");
        store.superuser("select pg_drop_replication_slot('meridian_main')");

        assertThatThrownBy(() -> open(access, from))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("changes are missing");
    }
}
