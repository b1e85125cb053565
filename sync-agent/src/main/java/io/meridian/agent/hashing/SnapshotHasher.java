package io.meridian.agent.hashing;

import static java.util.stream.Collectors.groupingBy;

import io.meridian.agent.verify.RowHasher;
import io.meridian.agent.verify.ShardHash;
import io.meridian.agent.verify.ShardHasher;
import io.meridian.agent.verify.VerificationWanted;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes a REPEATABLE READ snapshot at once, on a session of its own, and hashes it later: a move never waits for a hash. What the snapshot holds is
 * checked inside it, so a snapshot that came too late says so instead of proving the wrong thing.
 */
public final class SnapshotHasher implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SnapshotHasher.class);
    /** Each holds a session and keeps vacuum from cleaning up behind it. */
    public static final int SNAPSHOTS_HELD = 6;

    /** A caller is never kept waiting. */
    private static final int SNAPSHOTS_ASKED = 1024;

    private static final Duration PLACE_PATIENCE = Duration.ofSeconds(5);
    /** A scan takes a core that the move's own way to its end needs more. */
    private static final Duration MOVE_GOES_FIRST = Duration.ofMillis(400);

    private final DataSource store;
    private final Supplier<List<Topology.Table>> tables;
    private final TakenHashes taken;
    private final Runnable told;
    private final ExecutorService snapshots;
    private final ScheduledThreadPoolExecutor hashes;
    private final Semaphore sessions = new Semaphore(SNAPSHOTS_HELD);
    private final Map<ShardId, CountDownLatch> afterInFlight = new ConcurrentHashMap<>();
    private final HashesAsked asked = new HashesAsked();
    private final Map<Purpose, Held> newest = new HashMap<>();

    /** @param store a pool of its own of {@link #SNAPSHOTS_HELD} sessions, so that long reads take nobody's session
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
                new LinkedBlockingQueue<>(SNAPSHOTS_ASKED),
                Thread.ofPlatform().daemon().name("snapshot-", 0).factory());
        this.hashes = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform()
                        .daemon()
                        .name("hash")
                        .priority(Thread.MIN_PRIORITY)
                        .factory());
        hashes.setRemoveOnCancelPolicy(true);
    }

    /** A shard whose CLOSE is committed here. */
    public record Closed(String run, ShardId shard, Epoch closes) {}

    /** A shard whose base is in, and which is about to be opened here. */
    public record Reached(String run, ShardId shard, Base.At base) {}

    /** Old owner: the content that CLOSE left. Being told again changes nothing, unless it failed: then it is tried again. */
    public void before(Collection<Closed> closed) {
        closed.stream()
                .filter(one -> !one.run().isEmpty())
                .filter(one -> asked.begin(wanted(one.run(), HashTaken.Moment.BEFORE, one.shard(), one.closes())))
                .collect(groupingBy(Closed::run))
                .forEach((run, ofRun) -> take(
                        new Purpose(run, HashTaken.Moment.BEFORE),
                        ofRun.stream()
                                .map(one -> new Expected(one.shard(), one.closes(), ""))
                                .toList(),
                        () -> {}));
    }

    /** New owner: the content that the base left. Told again as {@link #before}. */
    public void after(Collection<Reached> reached) {
        reached.stream()
                .filter(one -> asked.begin(wanted(one)))
                .collect(groupingBy(Reached::run))
                .forEach((run, ofRun) -> {
                    CountDownLatch latch = new CountDownLatch(1);
                    ofRun.forEach(one -> afterInFlight.put(one.shard(), latch));
                    take(
                            new Purpose(run, HashTaken.Moment.AFTER),
                            ofRun.stream()
                                    .map(one -> new Expected(
                                            one.shard(),
                                            one.base().epoch(),
                                            one.base().position().lsnText()))
                                    .toList(),
                            () -> {
                                latch.countDown();
                                ofRun.forEach(one -> afterInFlight.remove(one.shard(), latch));
                            });
                });
    }

    /** Whether {@link #after} was told of it, and has not failed. */
    public boolean isBegun(Reached reached) {
        return asked.isBegun(wanted(reached));
    }

    private static HashesAsked.Wanted wanted(Reached reached) {
        return wanted(
                reached.run(),
                HashTaken.Moment.AFTER,
                reached.shard(),
                reached.base().epoch());
    }

    private static HashesAsked.Wanted wanted(String run, HashTaken.Moment moment, ShardId shard, Epoch epoch) {
        return new HashesAsked.Wanted(run, moment, shard, epoch);
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

    public void verify(VerificationWanted wanted) {
        submit(
                () -> {
                    try {
                        Snapshot snapshot = open();
                        hashes.execute(() -> hashVerification(snapshot, wanted));
                    } catch (SQLException e) {
                        verified(wanted, new VerificationTaken.Content.Nothing("no snapshot: " + e.getMessage()));
                    }
                },
                problem -> verified(wanted, new VerificationTaken.Content.Nothing(problem)));
    }

    private void hashVerification(Snapshot snapshot, VerificationWanted wanted) {
        try (snapshot) {
            List<Topology.Table> compared = tables.get().stream()
                    .filter(table ->
                            wanted.tables().isEmpty() || wanted.tables().contains(table.schema() + "." + table.name()))
                    .toList();
            verified(
                    wanted,
                    switch (wanted.stage()) {
                        case VerificationWanted.Stage.Shards _ ->
                            new VerificationTaken.Content.Shards(
                                    ShardHasher.hash(snapshot.session(), compared, wanted.shards()));
                        case VerificationWanted.Stage.Buckets _ ->
                            new VerificationTaken.Content.Buckets(
                                    RowHasher.buckets(snapshot.session(), compared, wanted.shards()));
                        case VerificationWanted.Stage.Rows rows ->
                            new VerificationTaken.Content.Rows(
                                    RowHasher.rows(snapshot.session(), compared, rows.buckets()));
                    });
        } catch (SQLException | RuntimeException e) {
            verified(wanted, new VerificationTaken.Content.Nothing("not hashed: " + e.getMessage()));
        }
    }

    private void verified(VerificationWanted wanted, VerificationTaken.Content content) {
        taken.add(new VerificationTaken(wanted.id(), wanted.round(), content));
        told.run();
    }

    private record Purpose(String run, HashTaken.Moment moment) {}

    /** @param position of the base, as PostgreSQL writes it; empty for BEFORE */
    private record Expected(ShardId shard, Epoch epoch, String position) {}

    /** A snapshot that waits for its hash. Whoever claims it, closes it. */
    private static final class Held {
        final Snapshot snapshot;
        final List<Expected> expected;
        private final AtomicBoolean claimed = new AtomicBoolean();

        Held(Snapshot snapshot, List<Expected> expected) {
            this.snapshot = snapshot;
            this.expected = expected;
        }

        boolean claim() {
            return claimed.compareAndSet(false, true);
        }
    }

    private void take(Purpose purpose, List<Expected> expected, Runnable snapshotTaken) {
        submit(
                () -> {
                    try {
                        Snapshot snapshot = open();
                        snapshotTaken.run();
                        hold(purpose, snapshot, expected);
                    } catch (SQLException e) {
                        snapshotTaken.run();
                        failed(purpose, expected, "no snapshot: " + e.getMessage());
                    }
                },
                problem -> {
                    snapshotTaken.run();
                    failed(purpose, expected, problem);
                });
    }

    /**
     * Shards of one run get there in many small batches. A snapshot that shows the earlier ones unchanged stands for them too, so that
     * few sessions are held however many the batches are.
     */
    private synchronized void hold(Purpose purpose, Snapshot snapshot, List<Expected> expected) {
        List<Expected> all = expected;
        Held earlier = newest.get(purpose);
        if (earlier != null && showsAll(snapshot, purpose, earlier.expected) && earlier.claim()) {
            earlier.snapshot.close();
            all = Stream.concat(earlier.expected.stream(), expected.stream()).toList();
        }
        Held held = new Held(snapshot, all);
        newest.put(purpose, held);
        try {
            hashes.schedule(() -> hash(purpose, held), MOVE_GOES_FIRST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            snapshot.close();
        }
    }

    private synchronized boolean claim(Purpose purpose, Held held) {
        newest.remove(purpose, held);
        return held.claim();
    }

    private static boolean showsAll(Snapshot snapshot, Purpose purpose, List<Expected> expected) {
        try {
            return shown(snapshot.session(), purpose, expected).size() == expected.size();
        } catch (SQLException e) {
            return false; // The hash of this snapshot will say what is wrong with it.
        }
    }

    private void hash(Purpose purpose, Held held) {
        if (!claim(purpose, held)) {
            return;
        }
        try (Snapshot snapshot = held.snapshot) {
            Set<ShardId> good = shown(snapshot.session(), purpose, held.expected);
            Map<ShardId, ShardHash> hashed = ShardHasher.hash(snapshot.session(), tables.get(), new TreeSet<>(good));
            taken.add(held.expected.stream()
                    .map(one -> taken(purpose, one.shard(), hashed.get(one.shard())))
                    .toList());
            told.run();
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("hashes not taken run=%s moment=%s problem=%s", purpose.run(), purpose.moment(), e.toString());
            failed(purpose, held.expected, "not hashed: " + e.getMessage());
        }
    }

    private static HashTaken taken(Purpose purpose, ShardId shard, @Nullable ShardHash hash) {
        return hash == null
                ? new HashTaken(
                        purpose.run(),
                        purpose.moment(),
                        shard,
                        0,
                        "",
                        "the snapshot was taken after the next epoch had begun")
                : new HashTaken(purpose.run(), purpose.moment(), shard, hash.rows(), hash.hex(), "");
    }

    /** For a reason that may pass, unlike a snapshot that came too late. */
    private void failed(Purpose purpose, List<Expected> expected, String problem) {
        expected.forEach(one -> asked.failed(wanted(purpose.run(), purpose.moment(), one.shard(), one.epoch())));
        taken.add(expected.stream()
                .map(one -> new HashTaken(purpose.run(), purpose.moment(), one.shard(), 0, "", problem))
                .toList());
        told.run();
    }

    /** Gives its place among the held ones back when it is closed. */
    private record Snapshot(Connection session, Semaphore places) implements AutoCloseable {
        @Override
        public void close() {
            try {
                session.close();
            } catch (SQLException e) {
                LOG.debugf("snapshot not closed problem=%s", e.getMessage());
            } finally {
                places.release();
            }
        }
    }

    private Snapshot open() throws SQLException {
        try {
            if (!sessions.tryAcquire(PLACE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SQLException("too many snapshots are being hashed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("stopping", e);
        }
        @Nullable Connection session = null;
        try {
            session = store.getConnection();
            session.setAutoCommit(false);
            session.setReadOnly(true);
            session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = session.createStatement()) {
                statement.execute("select pg_current_snapshot()"); // The first statement takes it.
            }
            return new Snapshot(session, sessions);
        } catch (SQLException | RuntimeException e) {
            if (session == null) {
                sessions.release();
            } else {
                new Snapshot(session, sessions).close();
            }
            throw e;
        }
    }

    /** Shards of which the snapshot shows what was expected; for the others it came too late. */
    private static Set<ShardId> shown(Connection snapshot, Purpose purpose, List<Expected> expected)
            throws SQLException {
        return switch (purpose.moment()) {
            case BEFORE -> stillClosed(snapshot, expected);
            case AFTER -> notYetOpen(snapshot, expected);
        };
    }

    private static Set<ShardId> stillClosed(Connection snapshot, List<Expected> expected) throws SQLException {
        try (PreparedStatement query = snapshot.prepareStatement("""
                select w.shard from unnest(?::int[], ?::bigint[]) w(shard, epoch)
                join meridian.fence f on f.shard = w.shard and f.state <> 'OPEN' and f.owned_epoch = w.epoch
                where not exists (select from meridian.head h where h.shard = w.shard and h.epoch > w.epoch)""")) {
            query.setArray(1, shards(snapshot, expected));
            query.setArray(2, epochs(snapshot, expected));
            return shards(query);
        }
    }

    private static Set<ShardId> notYetOpen(Connection snapshot, List<Expected> expected) throws SQLException {
        try (PreparedStatement query = snapshot.prepareStatement("""
                select w.shard from unnest(?::int[], ?::bigint[], ?::text[]) w(shard, epoch, position)
                join meridian.fence f on f.shard = w.shard and f.state <> 'OPEN'
                join meridian.head h on h.shard = w.shard and h.epoch = w.epoch and h.position = w.position::pg_lsn and h.closed""")) {
            query.setArray(1, shards(snapshot, expected));
            query.setArray(2, epochs(snapshot, expected));
            query.setArray(
                    3,
                    snapshot.createArrayOf(
                            "text", expected.stream().map(Expected::position).toArray()));
            return shards(query);
        }
    }

    private static Array shards(Connection snapshot, List<Expected> expected) throws SQLException {
        return snapshot.createArrayOf(
                "int4", expected.stream().map(one -> one.shard().number()).toArray());
    }

    private static Array epochs(Connection snapshot, List<Expected> expected) throws SQLException {
        return snapshot.createArrayOf(
                "int8", expected.stream().map(one -> one.epoch().number()).toArray());
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

    private void submit(Runnable work, Consumer<String> refused) {
        try {
            snapshots.execute(work);
        } catch (RejectedExecutionException e) {
            refused.accept("too many snapshots are being taken");
        }
    }

    @Override
    public void close() {
        snapshots.shutdownNow();
        hashes.shutdownNow();
    }
}
