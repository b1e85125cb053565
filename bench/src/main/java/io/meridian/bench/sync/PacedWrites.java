package io.meridian.bench.sync;

import io.meridian.bench.BenchFailedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Transactions of one row at a steady pace by one writer, each watched from its commit until it is seen at the target. */
public final class PacedWrites {
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_EVERY_NANOS = 500_000;

    private PacedWrites() {}

    /** @return one wait per transaction, those of the warm-up left out; at most half a millisecond too long each */
    public static long[] nanosUntilVisible(Way way, int perSecond, Duration length)
            throws SQLException, InterruptedException {
        int warmUp = (int) (WARM_UP.toMillis() * perSecond / 1000);
        int writes = warmUp + (int) (length.toMillis() * perSecond / 1000);
        String user = "visible-" + way.name() + "-" + System.nanoTime();
        long[] committed = new long[writes];
        var failure = new AtomicReference<@Nullable Exception>();
        Thread writer = Thread.ofPlatform().name("paced-writes").start(() -> {
            try {
                write(way.source(), user, committed, TimeUnit.SECONDS.toNanos(1) / perSecond);
            } catch (SQLException e) {
                failure.set(e);
            }
        });
        long[] seen = new long[writes];
        try (Connection target = way.target().superuser();
                PreparedStatement look =
                        target.prepareStatement("select max(id) from ledger.entries where user_key = ?")) {
            look.setString(1, user);
            int next = 0;
            for (long last = System.nanoTime(); next < writes; ) {
                int newest = newest(look);
                long now = System.nanoTime();
                for (; next <= newest; next++) {
                    seen[next] = now;
                    last = now;
                }
                Exception failed = failure.get();
                if (failed != null || now - last > LIMIT_NANOS) {
                    throw new BenchFailedException(
                            "writes do not arrive by way of " + way.name() + (failed == null ? "" : ": " + failed));
                }
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            }
        }
        writer.join();
        long[] waits = new long[writes - warmUp];
        for (int number = warmUp; number < writes; number++) {
            waits[number - warmUp] = Math.max(0, seen[number] - committed[number]);
        }
        return waits;
    }

    private static int newest(PreparedStatement look) throws SQLException {
        try (ResultSet row = look.executeQuery()) {
            row.next();
            int newest = row.getInt(1);
            return row.wasNull() ? -1 : newest;
        }
    }

    private static void write(Store source, String user, long[] committed, long everyNanos) throws SQLException {
        try (Connection application = source.application();
                PreparedStatement insert =
                        application.prepareStatement("insert into ledger.entries values (?, ?, 1, 'paced')")) {
            insert.setString(1, user);
            long due = System.nanoTime();
            for (int number = 0; number < committed.length; number++, due += everyNanos) {
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                insert.setInt(2, number);
                insert.executeUpdate(); // autocommit: returns once it is committed
                committed[number] = System.nanoTime();
            }
        }
    }
}
