package io.meridian.bench;

import io.meridian.ledger.load.Waits;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * How long after its COMMIT returned in the owner's store a write can be read in another region's store. One write at a time, straight to the
 * stores, so that only the way of the change is measured: capture, Kafka, apply. Looks every millisecond, so that much is the error.
 */
final class CommitToVisible implements Bench {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_NANOS = 1_000_000;
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(20);
    /** The first writes warm up statements and caches on the way, and are not counted. */
    private static final int WARM_UP = 20;

    private final int writes;

    CommitToVisible(int writes) {
        this.writes = writes;
    }

    @Override
    public String title() {
        return "commit to visible in another region (" + writes + " writes)";
    }

    @Override
    public List<Measurement> run(Regions regions) throws IOException, InterruptedException, SQLException {
        if (regions.names().size() < 2) {
            throw new BenchFailedException("replication needs two regions; start three with ./meridian up --regions 3");
        }
        Map<String, Connection> stores = new HashMap<>();
        try {
            for (String region : regions.names()) {
                stores.put(region, regions.store(region));
            }
            return measure(regions, stores);
        } finally {
            for (Connection store : stores.values()) {
                store.close();
            }
        }
    }

    private List<Measurement> measure(Regions regions, Map<String, Connection> stores)
            throws IOException, InterruptedException, SQLException {
        long[] nanos = new long[writes];
        String run = "bench-" + Long.toString(System.currentTimeMillis(), 36);
        for (int number = -WARM_UP; number < writes; number++) {
            String user = run + "-" + (number + WARM_UP);
            String owner = regions.controlPlane().where(user).region();
            List<String> others =
                    regions.names().stream().filter(name -> !name.equals(owner)).toList();
            String other = others.get(Math.floorMod(number, others.size()));
            long took = write(store(stores, owner), store(stores, other), user, owner + " -> " + other);
            if (number >= 0) {
                nanos[number] = took;
            }
            Thread.sleep(BETWEEN_WRITES);
        }
        return Measurement.of("commit-to-visible", Waits.of(nanos));
    }

    private static Connection store(Map<String, Connection> stores, String region) {
        Connection store = stores.get(region);
        if (store == null) {
            throw new BenchFailedException("the control plane names an owner that is no region here: '" + region + "'");
        }
        return store;
    }

    private static long write(Connection owner, Connection other, String user, String way) throws SQLException {
        try (var insert = owner.prepareStatement(
                "insert into public.account (user_key, name, opened_with, balance) values (?, 'bench', 0, 0)")) {
            insert.setString(1, user);
            insert.executeUpdate(); // autocommit: returns once it is committed
        }
        long committed = System.nanoTime();
        try (var look = other.prepareStatement("select from public.account where user_key = ? and name = 'bench'")) {
            look.setString(1, user);
            for (long next = committed; ; next += LOOK_EVERY_NANOS) {
                try (var rows = look.executeQuery()) {
                    if (rows.next()) {
                        return System.nanoTime() - committed;
                    }
                }
                if (System.nanoTime() - committed > LIMIT.toNanos()) {
                    throw new BenchFailedException(
                            "a write did not arrive within " + LIMIT.toSeconds() + " s: " + way + ", user " + user);
                }
                LockSupport.parkNanos(next + LOOK_EVERY_NANOS - System.nanoTime());
            }
        }
    }
}
