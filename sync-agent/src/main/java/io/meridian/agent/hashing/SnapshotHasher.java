package io.meridian.agent.hashing;

import io.meridian.agent.verify.ShardHash;
import io.meridian.agent.verify.ShardHasher;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Takes a REPEATABLE READ snapshot at once, on a session of its own, and hashes it later: a move never waits for a hash. What the snapshot holds is
 * checked inside it, so a snapshot that came too late says so instead of proving the wrong thing.
 */
public final class SnapshotHasher implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SnapshotHasher.class);
    /** Each holds a session and keeps vacuum from cleaning up behind it. */
    public static final int SNAPSHOTS_HELD = 6;

    private static final int REMEMBERED = 100_000;
    /** A scan takes a core that the move's own way to its end needs more. */
    private static final Duration MOVE_GOES_FIRST = Duration.ofMillis(400);

    private final DataSource store;
    private final Supplier<List<Topology.Table>> tables;
    private final TakenHashes taken;
    private final Runnable told;
    private final ExecutorService snapshots;
    private final ExecutorService hashes;
    private final Map<ShardId, CountDownLatch> afterInFlight = new ConcurrentHashMap<>();
    private final Set<String> afterBegun = ConcurrentHashMap.newKeySet();

    /** @param store a pool of its own, so that long reads take nobody's session
     *  @param told called when there is something new in {@code taken} */
    public SnapshotHasher(DataSource store, Supplier<List<Topology.Table>> tables, TakenHashes taken, Runnable told) {
        this.store = store;
        this.tables = tables;
        this.taken = taken;
        this.told = told;
        this.snapshots = new ThreadPoolExecutor(
                2,
                2,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(64),
                Thread.ofPlatform().daemon().name("snapshot-", 0).factory());
        this.hashes = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(SNAPSHOTS_HELD),
                Thread.ofPlatform()
                        .daemon()
                        .name("hash")
                        .priority(Thread.MIN_PRIORITY)
                        .factory());
    }

    /** A shard whose CLOSE was just committed here. */
    public record Closed(String run, ShardId shard, Epoch closes) {}

    /** A shard whose base is in, and which is about to be opened here. */
    public record Reached(String run, ShardId shard, Base.At base) {}

    /** Old owner: the content that CLOSE left. All of one run. */
    public void before(Collection<Closed> closed) {
        closed.stream()
                .map(Closed::run)
                .distinct()
                .filter(run -> !run.isEmpty())
                .forEach(run -> {
                    List<Closed> ofRun =
                            closed.stream().filter(one -> one.run().equals(run)).toList();
                    take(
                            run,
                            HashTaken.Moment.BEFORE,
                            ofRun.stream().map(Closed::shard).toList(),
                            snapshot -> stillClosed(snapshot, ofRun),
                            () -> {});
                });
    }

    /** New owner: the content that the base left. Being told again changes nothing. */
    public void after(Collection<Reached> reached) {
        if (afterBegun.size() > REMEMBERED) {
            afterBegun.clear();
        }
        List<Reached> news = reached.stream()
                .filter(one -> afterBegun.add(
                        one.run() + " " + one.shard() + " " + one.base().epoch()))
                .toList();
        news.stream().map(Reached::run).distinct().forEach(run -> {
            List<Reached> ofRun =
                    news.stream().filter(one -> one.run().equals(run)).toList();
            List<ShardId> shards = ofRun.stream().map(Reached::shard).toList();
            CountDownLatch latch = new CountDownLatch(1);
            shards.forEach(shard -> afterInFlight.put(shard, latch));
            take(run, HashTaken.Moment.AFTER, shards, snapshot -> notYetOpen(snapshot, ofRun), () -> {
                latch.countDown();
                shards.forEach(shard -> afterInFlight.remove(shard, latch));
            });
        });
    }

    /** Waits, no longer than {@code longest}, for snapshots of these shards that are being taken at this moment: a millisecond, when it happens. */
    public void settle(Collection<ShardId> shards, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        for (ShardId shard : shards) {
            CountDownLatch latch = afterInFlight.get(shard);
            if (latch != null && !latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return;
            }
        }
    }

    public void verify(String id, int round, List<ShardId> shards) {
        submit(
                snapshots,
                () -> {
                    try {
                        Connection snapshot = open();
                        submit(hashes, () -> hashVerification(snapshot, id, round, shards), () -> {
                            quietly(snapshot);
                            verified(new VerificationTaken(id, round, Map.of(), "too many snapshots are being hashed"));
                        });
                    } catch (SQLException e) {
                        verified(new VerificationTaken(id, round, Map.of(), "no snapshot: " + e.getMessage()));
                    }
                },
                () -> verified(new VerificationTaken(id, round, Map.of(), "too many snapshots are being taken")));
    }

    private void hashVerification(Connection snapshot, String id, int round, List<ShardId> shards) {
        try (snapshot) {
            verified(new VerificationTaken(id, round, ShardHasher.hash(snapshot, tables.get(), shards), ""));
        } catch (SQLException | RuntimeException e) {
            verified(new VerificationTaken(id, round, Map.of(), "not hashed: " + e.getMessage()));
        }
    }

    private void verified(VerificationTaken verification) {
        taken.add(verification);
        told.run();
    }

    /** Shards of which the snapshot shows what was asked for; the others came too late. */
    private interface Check {
        Set<ShardId> holds(Connection snapshot) throws SQLException;
    }

    private void take(String run, HashTaken.Moment moment, List<ShardId> shards, Check check, Runnable snapshotTaken) {
        submit(
                snapshots,
                () -> {
                    try {
                        Connection snapshot = open();
                        snapshotTaken.run();
                        long notBeforeNanos = System.nanoTime() + MOVE_GOES_FIRST.toNanos();
                        submit(hashes, () -> hash(snapshot, run, moment, shards, check, notBeforeNanos), () -> {
                            quietly(snapshot);
                            failed(run, moment, shards, "too many snapshots are being hashed");
                        });
                    } catch (SQLException e) {
                        snapshotTaken.run();
                        failed(run, moment, shards, "no snapshot: " + e.getMessage());
                    }
                },
                () -> {
                    snapshotTaken.run();
                    failed(run, moment, shards, "too many snapshots are being taken");
                });
    }

    private void hash(
            Connection snapshot,
            String run,
            HashTaken.Moment moment,
            List<ShardId> shards,
            Check check,
            long notBeforeNanos) {
        try (snapshot) {
            TimeUnit.NANOSECONDS.sleep(notBeforeNanos - System.nanoTime());
            Set<ShardId> good = check.holds(snapshot);
            Map<ShardId, ShardHash> hashed = ShardHasher.hash(snapshot, tables.get(), new TreeSet<>(good));
            List<HashTaken> results = new ArrayList<>();
            for (ShardId shard : shards) {
                ShardHash hash = hashed.get(shard);
                results.add(
                        hash == null
                                ? new HashTaken(
                                        run,
                                        moment,
                                        shard,
                                        0,
                                        "",
                                        "the snapshot was taken after the next epoch had begun")
                                : new HashTaken(run, moment, shard, hash.rows(), hash.hex(), ""));
            }
            taken.add(results);
            told.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("hashes not taken run=%s moment=%s problem=%s", run, moment, e.toString());
            failed(run, moment, shards, "not hashed: " + e.getMessage());
        }
    }

    private void failed(String run, HashTaken.Moment moment, List<ShardId> shards, String problem) {
        taken.add(shards.stream()
                .map(shard -> new HashTaken(run, moment, shard, 0, "", problem))
                .toList());
        told.run();
    }

    private Connection open() throws SQLException {
        Connection snapshot = store.getConnection();
        snapshot.setAutoCommit(false);
        snapshot.setReadOnly(true);
        snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = snapshot.createStatement()) {
            statement.execute("select pg_current_snapshot()"); // The first statement takes it.
        }
        return snapshot;
    }

    private static Set<ShardId> stillClosed(Connection snapshot, List<Closed> closed) throws SQLException {
        try (PreparedStatement query = snapshot.prepareStatement("""
                select w.shard from unnest(?::int[], ?::bigint[]) w(shard, epoch)
                join meridian.fence f on f.shard = w.shard and f.state <> 'OPEN' and f.owned_epoch = w.epoch
                where not exists (select from meridian.head h where h.shard = w.shard and h.epoch > w.epoch)""")) {
            query.setArray(
                    1,
                    snapshot.createArrayOf(
                            "int4",
                            closed.stream().map(one -> one.shard().number()).toArray()));
            query.setArray(
                    2,
                    snapshot.createArrayOf(
                            "int8",
                            closed.stream().map(one -> one.closes().number()).toArray()));
            return shards(query);
        }
    }

    private static Set<ShardId> notYetOpen(Connection snapshot, List<Reached> reached) throws SQLException {
        try (PreparedStatement query = snapshot.prepareStatement("""
                select w.shard from unnest(?::int[], ?::bigint[], ?::text[]) w(shard, epoch, position)
                join meridian.fence f on f.shard = w.shard and f.state <> 'OPEN'
                join meridian.head h on h.shard = w.shard and h.epoch = w.epoch and h.position = w.position::pg_lsn and h.closed""")) {
            query.setArray(
                    1,
                    snapshot.createArrayOf(
                            "int4",
                            reached.stream().map(one -> one.shard().number()).toArray()));
            query.setArray(
                    2,
                    snapshot.createArrayOf(
                            "int8",
                            reached.stream()
                                    .map(one -> one.base().epoch().number())
                                    .toArray()));
            query.setArray(
                    3,
                    snapshot.createArrayOf(
                            "text",
                            reached.stream()
                                    .map(one -> one.base().position().lsnText())
                                    .toArray()));
            return shards(query);
        }
    }

    private static Set<ShardId> shards(PreparedStatement query) throws SQLException {
        Set<ShardId> shards = new TreeSet<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                shards.add(ShardId.of(row.getInt(1)));
            }
        }
        return shards;
    }

    private static void submit(ExecutorService executor, Runnable work, Runnable refused) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            refused.run();
        }
    }

    private static void quietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debugf("snapshot not closed problem=%s", e.getMessage());
        }
    }

    @Override
    public void close() {
        snapshots.shutdownNow();
        hashes.shutdownNow();
    }
}
