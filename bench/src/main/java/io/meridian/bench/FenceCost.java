package io.meridian.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the fence costs a writer: transactions per second of one statement with 1 or with 100 rows of one user, by 1, 4 and 16 clients, into a table
 * without a fence, one with the row form and one with the statement form, by short turns on one server with fsync. Of each, the median of the turns.
 */
final class FenceCost {
    /** Of the throughput without it. */
    private static final double MOST = 0.15;

    private static final int USERS = 5_000;
    private static final List<Integer> CLIENTS = List.of(1, 4, 16);
    private static final List<Integer> ROWS = List.of(1, 100);

    private final int rounds;
    private final Duration turn;
    private final AtomicLong ids = new AtomicLong();

    FenceCost(int rounds, Duration turn) {
        this.rounds = rounds;
        this.turn = turn;
    }

    List<Measurement> run() throws IOException, InterruptedException, SQLException {
        List<Measurement> results = new ArrayList<>();
        try (FenceStore store = new FenceStore();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int clients : CLIENTS) {
                System.err.println("measuring ids, " + clients + " clients ...");
                results.add(ids(store, threads, clients));
            }
            for (int rows : ROWS) {
                for (int clients : CLIENTS) {
                    System.err.println("measuring " + rows + " rows, " + clients + " clients ...");
                    results.addAll(measure(store, threads, rows, clients));
                }
            }
        }
        return results;
    }

    /** {@code meridian.next_id} in one statement after the other, a thousand in each: so only ids are measured. */
    private Measurement ids(FenceStore store, ExecutorService threads, int clients)
            throws InterruptedException, SQLException {
        List<Connection> open = new ArrayList<>();
        double[] rates = new double[rounds];
        try {
            for (int client = 0; client < clients; client++) {
                open.add(store.connect());
            }
            for (int round = -1; round < rounds; round++) {
                long begun = System.nanoTime();
                long end = begun + turn.toNanos();
                long made = all(threads, open, one -> made(one, end));
                if (round >= 0) {
                    rates[round] = Math.round(made * 1e9 / (System.nanoTime() - begun));
                }
            }
        } finally {
            for (Connection one : open) {
                one.close();
            }
        }
        Arrays.sort(rates);
        return Measurement.of("ids.clients" + clients, rates[rounds / 2], "ids/s");
    }

    private static long made(Connection connection, long end) throws SQLException {
        long made = 0;
        try (Statement statement = connection.createStatement()) {
            while (System.nanoTime() < end) {
                statement.execute("select count(meridian.next_id(7)) from generate_series(1, 1000)");
                made += 1000;
            }
        }
        return made;
    }

    private interface Work<T> {
        long of(T one) throws SQLException;
    }

    /** The sum of what each did, all at once. */
    private static <T> long all(ExecutorService threads, List<T> each, Work<T> work) throws InterruptedException {
        List<Callable<Long>> tasks = new ArrayList<>();
        for (T one : each) {
            tasks.add(() -> work.of(one));
        }
        long done = 0;
        for (Future<Long> task : threads.invokeAll(tasks)) {
            try {
                done += task.get();
            } catch (ExecutionException failed) {
                throw new BenchFailedException("a client failed: " + failed.getCause());
            }
        }
        return done;
    }

    private List<Measurement> measure(FenceStore store, ExecutorService threads, int rows, int clients)
            throws InterruptedException, SQLException {
        Map<FenceStore.Form, double[]> rates = new EnumMap<>(FenceStore.Form.class);
        List<Client> open = new ArrayList<>();
        try {
            for (int client = 0; client < clients; client++) {
                open.add(new Client(store.connect(), client, rows));
            }
            for (int round = -1; round < rounds; round++) {
                for (FenceStore.Form form : FenceStore.Form.values()) {
                    double rate = turn(threads, open, form);
                    if (round >= 0) {
                        rates.computeIfAbsent(form, _ -> new double[rounds])[round] = rate;
                    }
                }
            }
        } finally {
            for (Client client : open) {
                client.close();
            }
        }
        store.letLogGo();
        String name = "rows" + rows + ".clients" + clients + ".";
        List<Measurement> results = new ArrayList<>(cost(name + "by-row", rates, FenceStore.Form.ROW));
        results.addAll(cost(name + "by-statement", rates, FenceStore.Form.STATEMENT));
        return results;
    }

    private static List<Measurement> cost(String name, Map<FenceStore.Form, double[]> rates, FenceStore.Form form) {
        double without = median(rates, FenceStore.Form.NONE);
        double with = median(rates, form);
        return List.of(
                new Measurement(name, with, "tx/s", "no fence", without, null),
                Measurement.of(name + ".cost", Math.round((1 - with / without) * 1000) / 1000.0, "share")
                        .atMost(MOST));
    }

    private double turn(ExecutorService threads, List<Client> clients, FenceStore.Form form)
            throws InterruptedException {
        long begun = System.nanoTime();
        long end = begun + turn.toNanos();
        long done = all(threads, clients, client -> client.write(form, end));
        return done * 1e9 / (System.nanoTime() - begun);
    }

    private static double median(Map<FenceStore.Form, double[]> rates, FenceStore.Form form) {
        double[] of = rates.getOrDefault(form, new double[1]).clone();
        Arrays.sort(of);
        return Math.round(of[of.length / 2] * 10) / 10.0;
    }

    /** A session that commits each statement; its statements are prepared by the server from the start. */
    private final class Client implements AutoCloseable {
        private final Connection connection;
        private final Map<FenceStore.Form, PreparedStatement> inserts = new EnumMap<>(FenceStore.Form.class);
        private final int rows;
        private int user;

        Client(Connection connection, int number, int rows) throws SQLException {
            this.connection = connection;
            this.rows = rows;
            this.user = number * 37;
            for (FenceStore.Form form : FenceStore.Form.values()) {
                String values = rows == 1
                        ? " values (?, ?, 1, 'a note')"
                        : " select ?, ? + n, 1, 'a note' from generate_series(1, " + rows + ") n";
                inserts.put(form, connection.prepareStatement("insert into " + form.table() + values));
            }
        }

        int write(FenceStore.Form form, long end) throws SQLException {
            PreparedStatement insert = inserts.get(form);
            if (insert == null) {
                throw new IllegalStateException("no statement for " + form);
            }
            int done = 0;
            while (System.nanoTime() < end) {
                user = (user + 1) % USERS;
                insert.setString(1, "user-" + user);
                insert.setLong(2, ids.getAndAdd(rows));
                insert.executeUpdate();
                done++;
            }
            return done;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
