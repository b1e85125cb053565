package io.meridian.ledger.books;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.meridian.ledger.LedgerStore;
import io.meridian.ledger.books.CommitCutter.Cut;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CommitWithoutAnswerIT {
    private static LedgerStore store;
    private static CommitCutter cutter;
    private static HikariDataSource sessions;
    private static Books books;

    @BeforeAll
    static void start() throws Exception {
        store = LedgerStore.start();
        cutter = new CommitCutter(store.server().port());
        sessions = store.sessions(cutter.port());
        books = new Books(sessions, "", new CommitPatience(Duration.ofMillis(500), Duration.ofMillis(50)));
        books.open("alice", "main", 100);
        books.open("alice", "saved", 0);
    }

    @AfterAll
    static void stop() throws Exception {
        sessions.close();
        cutter.close();
        store.close();
    }

    @Test
    void whatWasCommittedIsFoundByItsRequestId() {
        cutter.cutNextCommit(Cut.AFTER_THE_SERVER);

        var result = books.transfer("alice", new TransferOrder("kept", "main", "saved", 10));

        assertThat(result).isEqualTo(new Result.Done<>(new Transfer("kept", "main", "saved", 10, 1, 1)));
        assertThat(books.transfer("alice", new TransferOrder("kept", "main", "saved", 10)))
                .isEqualTo(result);
    }

    @Test
    void anAccountThatWasOpenedIsFoundByItsName() {
        cutter.cutNextCommit(Cut.AFTER_THE_SERVER);

        assertThat(books.open("bob", "main", 10))
                .isEqualTo(new Result.Done<>(new Books.Opening(true, new Account("main", 10, 10, 0))));
    }

    @Test
    void whatIsNotFoundStaysUnknownAndIsNeverCalledUnexecuted() throws Exception {
        cutter.cutNextCommit(Cut.BEFORE_THE_SERVER);

        var result = books.transfer("alice", new TransferOrder("dropped", "main", "saved", 10));

        assertThat(result).isEqualTo(new Result.Unknown<>());
        assertThat(store.number("select count(*) from transfer where request = 'dropped'"))
                .isZero();
    }

    @Test
    void aSessionThatEndsBeforeCommitExecutedNothing() throws Exception {
        store.asOwner("""
                create function public.end_session() returns trigger language plpgsql as $$
                begin
                    if new.user_key = 'doomed' then perform pg_terminate_backend(pg_backend_pid()); end if;
                    return new;
                end $$""");
        store.asOwner(
                "create trigger end_session before insert on account for each row execute function end_session()");

        assertThat(books.open("doomed", "main", 1)).isInstanceOf(Result.Unavailable.class);
        assertThat(books.open("well", "main", 1)).isInstanceOf(Result.Done.class);
    }
}
