package io.meridian.ledger.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.meridian.ledger.LedgerStore;
import io.meridian.ledger.books.Books;
import io.meridian.ledger.books.Branches;
import io.meridian.ledger.web.ZoneServers;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The load against the real ledger on a real store. */
class LoadIT {
    private static LedgerStore store;
    private static HikariDataSource sessions;
    private static Vertx vertx;
    private static ZoneServers servers;

    @BeforeAll
    static void start() throws Exception {
        store = LedgerStore.start();
        sessions = store.sessions(store.server().port());
        vertx = Vertx.vertx();
        servers = ZoneServers.listen(
                vertx, Map.of("east-1", new InetSocketAddress("127.0.0.1", 0)), Branches.one(new Books(sessions, "")));
    }

    @AfterAll
    static void stop() {
        servers.close();
        vertx.close();
        sessions.close();
        store.close();
    }

    private static LoadOptions options(int seconds) {
        var edge = URI.create("http://127.0.0.1:" + servers.ports().getFirst());
        return LoadOptions.of(List.of(edge, edge), 100, Duration.ofSeconds(seconds))
                .withUsers(20);
    }

    @Test
    void aHealthyLedgerKeepsWhatItAcknowledged() throws Exception {
        LoadResult result = Load.run(options(3));

        assertThat(result.findings()).isEmpty();
        assertThat(result.failures()).isEmpty();
        assertThat(result.requests()).isEqualTo(300);
        assertThat(result.acknowledged()).isGreaterThan(80);
    }

    @Test
    void aStoreThatIsKilledFailsRequestsAndLosesNothing() throws Exception {
        try (LoadRun run = LoadRun.start(options(60))) {
            waitForRequests(run, 100);
            store.server().kill();
            waitForRequests(run, 150);
            store.server().restart();
            waitForRequests(run, 300);

            LoadResult result = run.stop();

            assertThat(result.failed()).isPositive();
            assertThat(result.findings()).isEmpty();
            assertThat(result.acknowledged()).isPositive();
        }
    }

    @Test
    void aWriteThatVanishesFromTheStoreIsFound() throws Exception {
        try (LoadRun run = LoadRun.start(options(60))) {
            waitForRequests(run, 100);
            store.asOwner("""
                    with gone as (delete from transfer where (user_key, request) in
                        (select user_key, request from transfer order by made_at desc limit 1) returning user_key, request)
                    delete from entry using gone where entry.user_key = gone.user_key and entry.request = gone.request""");

            LoadResult result = run.stop();

            assertThat(result.lost()).as(result.findings().toString()).isPositive();
        }
    }

    private static void waitForRequests(LoadRun run, long number) {
        while (run.requests() < number) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
