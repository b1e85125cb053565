package io.meridian.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** From one store into another's, through both Kafkas: more than the server, a record and a batch hold at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeTransactionAppliedIT {
    /** {@code -Dmeridian.large.rows=1000000} shows it at the size of a migration; the fence's limit is raised for it. */
    private static final int ROWS = Integer.getInteger("meridian.large.rows", 40_000);

    private static final String PER_PARTITION =
            "select meridian.shard_of(user_key) % 4, count(*) from ledger.entries group by 1 order by 1";

    private TestRegion east;
    private TestRegion west;
    private List<TestRegion> all;

    @BeforeAll
    void twoRegions() throws Exception {
        east = TestRegion.create("east");
        west = TestRegion.create("west");
        all = List.of(east, west);
        east.store.superuser("update meridian.settings set transaction_limit = '10 minutes'");
        east.openFirst("true");
        all.forEach(region -> region.start(all));
    }

    @AfterAll
    void end() {
        all.forEach(TestRegion::close);
    }

    @Test
    void itIsSeenWholeInEachPartitionAndWithoutWhatWasRolledBackInIt() throws Exception {
        var looking = new AtomicBoolean(true);
        List<List<Long>> seen;
        long began = System.nanoTime();
        try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
            Future<List<List<Long>>> read = reader.submit(() -> read(looking));
            try {
                write();
                System.out.printf("committed after %d ms%n", (System.nanoTime() - began) / 1_000_000);
                west.awaitRows("select count(*) from ledger.entries", Integer.toString(ROWS));
            } finally {
                looking.set(false);
            }
            seen = read.get();
        }
        System.out.printf("%d rows visible after %d ms%n", ROWS, (System.nanoTime() - began) / 1_000_000);

        List<Long> whole;
        try (Connection reader = east.store.application()) {
            whole = counts(reader);
        }
        assertThat(whole).hasSize(4);
        assertThat(seen).allSatisfy(counts -> assertThat(counts).isSubsetOf(withNothing(whole)));
        assertThat(west.hashes()).isEqualTo(east.hashes());
        assertThat(west.path().problem()).isEmpty();
        assertThat(west.stopped).isEmpty();
    }

    private void write() throws SQLException {
        try (Connection application = east.store.application();
                Statement statement = application.createStatement()) {
            statement.execute("set transaction_timeout = '10min'");
            application.setAutoCommit(false);
            statement.execute(rows(0, ROWS / 2));
            var savepoint = application.setSavepoint();
            statement.execute(rows(ROWS * 2, ROWS * 2 + ROWS / 4));
            application.rollback(savepoint);
            statement.execute(rows(ROWS / 2, ROWS));
            application.commit();
        }
    }

    private static String rows(int from, int to) {
        return "insert into ledger.entries select 'user' || n %% 500, n, n, repeat('x', n %% 60) from generate_series(%d, %d) n"
                .formatted(from, to - 1);
    }

    /** What a reader in west sees meanwhile. */
    private List<List<Long>> read(AtomicBoolean looking) throws SQLException {
        List<List<Long>> seen = new ArrayList<>();
        try (Connection reader = west.store.application()) {
            while (looking.get()) {
                seen.add(counts(reader));
                LockSupport.parkNanos(20_000_000);
            }
        }
        return seen;
    }

    private static List<Long> counts(Connection reader) throws SQLException {
        List<Long> counts = new ArrayList<>();
        try (Statement statement = reader.createStatement();
                ResultSet row = statement.executeQuery(PER_PARTITION)) {
            while (row.next()) {
                counts.add(row.getLong(2));
            }
        }
        return counts;
    }

    private static List<Long> withNothing(List<Long> whole) {
        List<Long> allowed = new ArrayList<>(whole);
        allowed.add(0L);
        return allowed;
    }
}
