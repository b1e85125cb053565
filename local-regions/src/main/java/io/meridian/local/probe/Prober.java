package io.meridian.local.probe;

import static java.util.Objects.requireNonNull;

import io.meridian.local.LocalInstance;
import io.meridian.local.LocalRegion;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Writes straight into every region's database, past all routers, all the time, and keeps what each admitted, with the fence's epoch: two regions that
 * admit one epoch, or one after the next has begun, are two writers. Each row that was acknowledged is looked for afterwards.
 */
public final class Prober implements AutoCloseable {
    private static final long BETWEEN_NANOS = 15_000_000;
    private static final long AFTER_FAILURE_NANOS = 200_000_000;

    /** @param begun before its transaction began @param ended after its commit was acknowledged */
    public record Admitted(String region, int shard, long epoch, String key, String name, long begun, long ended) {}

    private final LocalInstance instance;
    private final List<String> keys;
    private final Map<String, ConcurrentLinkedQueue<Admitted>> admitted = new HashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    private Prober(LocalInstance instance, List<String> keys) {
        this.instance = instance;
        this.keys = keys;
    }

    /** @param keys of users whose shards are looked at */
    public static Prober start(LocalInstance instance, List<String> keys) {
        var prober = new Prober(instance, keys);
        for (String name : instance.regions()) {
            prober.admitted.put(name, new ConcurrentLinkedQueue<>());
            prober.threads.add(
                    Thread.ofVirtual().name("probe-" + name).start(() -> prober.probe(instance.region(name))));
        }
        return prober;
    }

    private void probe(LocalRegion region) {
        long number = 0;
        while (running) {
            try (Connection store = open(region)) {
                while (running) {
                    String key = keys.get((int) (number % keys.size()));
                    write(region.name(), store, key, "probe-" + region.name() + "-" + System.nanoTime() + "-" + number);
                    number++;
                    LockSupport.parkNanos(BETWEEN_NANOS);
                }
            } catch (SQLException down) {
                LockSupport.parkNanos(AFTER_FAILURE_NANOS);
            }
        }
    }

    private static Connection open(LocalRegion region) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "ledger");
        properties.setProperty("password", region.password("ledger"));
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", "10");
        Connection store = DriverManager.getConnection(region.addresses().postgres(), properties);
        store.setAutoCommit(false);
        return store;
    }

    /** @throws SQLException the store is away; a refusal of the fence is no failure */
    private void write(String region, Connection store, String key, String name) throws SQLException {
        long begun = System.nanoTime();
        try (PreparedStatement insert = store.prepareStatement(
                        "insert into public.account (user_key, name, opened_with, balance) values (?, ?, 0, 0)");
                PreparedStatement fence = store.prepareStatement(
                        "select shard, epoch from meridian.fence where shard = meridian.shard_of(?)")) {
            insert.setString(1, key);
            insert.setString(2, name);
            insert.executeUpdate();
            fence.setString(1, key);
            int shard;
            long epoch;
            try (ResultSet row = fence.executeQuery()) {
                row.next();
                shard = row.getInt(1);
                epoch = row.getLong(2);
            }
            store.commit();
            requireNonNull(admitted.get(region))
                    .add(new Admitted(region, shard, epoch, key, name, begun, System.nanoTime()));
        } catch (SQLException refused) {
            if (!String.valueOf(refused.getSQLState()).startsWith("MR")) {
                throw refused;
            }
            store.rollback();
        }
    }

    /** So far. */
    public List<Admitted> admitted() {
        return admitted.values().stream().flatMap(ConcurrentLinkedQueue::stream).toList();
    }

    public long admittedBy(String region) {
        return requireNonNull(admitted.get(region), region).size();
    }

    /** Invariant 1. @return what contradicts it; empty: nothing does */
    public List<String> twoWriters() {
        List<String> found = new ArrayList<>();
        Map<Integer, TreeMap<Long, List<Admitted>>> byEpoch = new TreeMap<>();
        for (Admitted one : admitted()) {
            byEpoch.computeIfAbsent(one.shard(), _ -> new TreeMap<>())
                    .computeIfAbsent(one.epoch(), _ -> new ArrayList<>())
                    .add(one);
        }
        byEpoch.forEach((shard, epochs) -> {
            long firstEndedAbove = Long.MAX_VALUE;
            for (var epoch : epochs.descendingMap().entrySet()) {
                Set<String> writers =
                        epoch.getValue().stream().map(Admitted::region).collect(Collectors.toSet());
                if (writers.size() > 1) {
                    found.add("shard " + shard + " epoch " + epoch.getKey() + " was written by " + writers);
                }
                for (Admitted one : epoch.getValue()) {
                    if (one.begun() - firstEndedAbove > 0) {
                        found.add("shard " + shard + ": " + one + " began after a later epoch had been written");
                    }
                }
                long firstEnded = epoch.getValue().stream()
                        .mapToLong(Admitted::ended)
                        .min()
                        .orElse(Long.MAX_VALUE);
                firstEndedAbove = Math.min(firstEndedAbove, firstEnded);
            }
        });
        return found;
    }

    /** What was acknowledged and is neither in {@code region}'s table nor an orphan that it shows as decided. */
    public List<Admitted> silentlyLost(String region) throws SQLException {
        Map<String, Set<String>> there = new HashMap<>();
        Set<String> orphans = new HashSet<>();
        try (Connection store = open(instance.region(region));
                PreparedStatement rows = store.prepareStatement(
                        "select name from public.account where user_key = any (?) and name like 'probe-%'")) {
            rows.setArray(1, store.createArrayOf("text", keys.toArray()));
            there.put(region, names(rows));
        }
        try (Connection store = asAgent(region);
                PreparedStatement rows = store.prepareStatement(
                        "select key ->> 'name' from meridian.orphan where relation = 'public.account' and decision is not null")) {
            orphans.addAll(names(rows));
        }
        return admitted().stream()
                .filter(one -> !there.get(region).contains(one.name()) && !orphans.contains(one.name()))
                .toList();
    }

    private Connection asAgent(String region) throws SQLException {
        LocalRegion known = instance.region(region);
        return DriverManager.getConnection(
                known.addresses().postgres(), "meridian_agent", known.password("meridian_agent"));
    }

    private static Set<String> names(PreparedStatement query) throws SQLException {
        Set<String> names = new HashSet<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                names.add(String.valueOf(row.getString(1)));
            }
        }
        return names;
    }

    /** No more writes; what was admitted stays known. */
    public void stop() throws InterruptedException {
        running = false;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
