package io.meridian.bench;

import io.meridian.agent.capture.CaptureSource;
import io.meridian.bench.sync.Backlog;
import io.meridian.bench.sync.MeridianWay;
import io.meridian.bench.sync.NaiveWay;
import io.meridian.bench.sync.NativeWay;
import io.meridian.bench.sync.PacedWrites;
import io.meridian.bench.sync.Way;
import io.meridian.ledger.load.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows from one store to another, on four ways in one run: a backlog of equal transactions is written while the way is held, and the time
 * counts from its release until the last row is there. So the writer's speed is not in it, and each way shows what it does when it has work.
 */
final class SyncSpeed {
    private static final List<Integer> ROWS_PER_TRANSACTION = List.of(1, 10, 100);
    private static final int WARM_UP_ROWS = 10_000;
    private static final int TRANSACTIONS_PER_SECOND = 200;

    private static final double GOAL_OF_NATIVE = 0.30;
    private static final double GOAL_OF_NAIVE = 10;
    private static final double GOAL_DEBEZIUM_OF_NAIVE = 2;
    private static final double GOAL_VISIBLE_P50_MILLIS = 5;
    private static final double GOAL_VISIBLE_P99_MILLIS = 25;

    private final int rows;
    private final Duration visible;
    private final List<Measurement> results = new ArrayList<>();
    private final Map<String, Double> rates = new HashMap<>();

    /** @param rows per measurement @param visible how long transactions are watched one by one */
    SyncSpeed(int rows, Duration visible) {
        this.rows = rows;
        this.visible = visible;
    }

    /** So far; those that compare come last. */
    List<Measurement> results() {
        return results;
    }

    void run() throws Exception {
        try (var stores = NativeWay.Stores.plain()) {
            try (Way way = new NativeWay(stores)) {
                drain(way);
            }
            try (Way way = new NaiveWay(stores)) {
                drain(way);
            }
        }
        try (var stores = new MeridianWay.Stores()) {
            for (CaptureSource capture : CaptureSource.values()) {
                try (Way way = new MeridianWay(stores, capture)) {
                    drain(way);
                    watch(way);
                }
            }
        }
        compare("pgoutput", "native", GOAL_OF_NATIVE);
        compare("pgoutput", "engine-json-jdbc", GOAL_OF_NAIVE);
        compare("debezium", "native", null);
        compare("debezium", "engine-json-jdbc", GOAL_DEBEZIUM_OF_NAIVE);
    }

    private void drain(Way way) throws Exception {
        System.err.println("measuring rows by way of " + way.name() + " ...");
        Backlog.drain(way, 10, WARM_UP_ROWS);
        Way.Use before = way.use();
        for (int perTransaction : ROWS_PER_TRANSACTION) {
            double rate = Math.rint(rows / Backlog.drain(way, perTransaction, rows));
            rates.put(key(way.name(), perTransaction), rate);
            results.add(Measurement.of("rows." + key(way.name(), perTransaction), rate, "rows/s"));
        }
        Way.Use after = way.use();
        if (after.heapBytes() > 0) {
            double millions = rows * (double) ROWS_PER_TRANSACTION.size() / 1e6;
            double seconds = (after.cpuNanos() - before.cpuNanos()) / 1e9 / millions;
            results.add(Measurement.of("cpu." + way.name(), tenths(seconds), "s/M rows"));
            results.add(Measurement.of("heap." + way.name(), tenths(after.heapBytes() / 1048576.0), "MiB"));
        }
    }

    private void watch(Way way) throws Exception {
        System.err.println("measuring commit to visible by way of " + way.name() + " ...");
        Waits waits = Waits.of(PacedWrites.nanosUntilVisible(way, TRANSACTIONS_PER_SECOND, visible));
        String metric = "visible." + way.name();
        results.add(Measurement.of(metric + ".p50", waits.percentileMillis(0.5), "ms")
                .atMost(GOAL_VISIBLE_P50_MILLIS));
        results.add(Measurement.of(metric + ".p99", waits.percentileMillis(0.99), "ms")
                .atMost(GOAL_VISIBLE_P99_MILLIS));
    }

    private void compare(String way, String peer, @Nullable Double goal) {
        for (int perTransaction : ROWS_PER_TRANSACTION) {
            Double rate = rates.get(key(way, perTransaction));
            Double peerRate = rates.get(key(peer, perTransaction));
            Double ratio =
                    rate == null || peerRate == null ? null : (Double) (Math.rint(rate / peerRate * 1000) / 1000);
            Measurement one = Measurement.of(key(way, perTransaction) + "/" + peer, ratio, "times");
            results.add(goal == null ? one : one.atLeast(goal));
        }
    }

    private static String key(String way, int perTransaction) {
        return way + "." + perTransaction;
    }

    private static double tenths(double number) {
        return Math.rint(number * 10) / 10;
    }
}
