package io.meridian.bench.sync;

import io.meridian.bench.BenchFailedException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Rows that wait at the source of a held way, and how long it takes to bring them over. */
public final class Backlog {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    /** Rows of the last transaction: of so many users that every partition has some, so all of it is there when they are. */
    private static final int LAST_ROWS = 64;

    private static final AtomicLong NEXT_RUN = new AtomicLong();

    private Backlog() {}

    /** @return seconds from the release of the way until the last row is at its target */
    public static double drain(Way way, int rowsPerTransaction, int rows)
            throws IOException, InterruptedException, SQLException {
        long run = NEXT_RUN.incrementAndGet();
        way.pause();
        write(way.source(), run, rowsPerTransaction, rows);
        try (Connection target = way.target().superuser();
                PreparedStatement look = target.prepareStatement(
                        "select count(*) from ledger.entries where user_key = any (select 'end-' || n from generate_series(1, ?) n) and id = ?")) {
            look.setInt(1, LAST_ROWS);
            look.setLong(2, run);
            long start = System.nanoTime();
            way.resume();
            while (count(look) < LAST_ROWS) {
                if (System.nanoTime() - start > LIMIT.toNanos()) {
                    throw new BenchFailedException(rows + " rows did not arrive by way of " + way.name() + " within "
                            + LIMIT.toMinutes() + " min");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static long count(PreparedStatement look) throws SQLException {
        try (ResultSet row = look.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Inside the store and without waiting for its disk: this is not what is measured. */
    private static void write(Store source, long run, int rowsPerTransaction, int rows) throws SQLException {
        try (Connection application = source.application();
                Statement statement = application.createStatement()) {
            statement.execute("set synchronous_commit = off");
            statement.execute("""
                    do $$ begin
                        for batch in 0 .. %2$d / %3$d - 1 loop
                            insert into ledger.entries
                                select 'user-' || (batch * %3$d + n) %% 512, %1$d::bigint * 1000000000 + batch * %3$d + n, n, 'a note of some length'
                                from generate_series(1, %3$d) n;
                            commit;
                        end loop;
                    end $$""".formatted(run, rows, rowsPerTransaction));
            statement.execute("set synchronous_commit = on");
            statement.execute("insert into ledger.entries select 'end-' || n, " + run
                    + ", 0, null from generate_series(1, " + LAST_ROWS + ") n");
        }
    }
}
