package io.meridian.agent.fence;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.meridian.agent.StoreConnections;
import io.meridian.agent.TestStore;
import io.meridian.agent.server.StoreStanding;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writers in every isolation level, with savepoints, several rows and shards in a statement and in a transaction, shards taken in any order, keys that
 * change, statements over more than 64 shards, and transactions that outlast the closer's patience, against a closer and opener that never rests.
 * Each writer reads a shard's epoch first and stores it in the row that it writes then: in the stream, that must be the epoch that the last
 * marker before the row's commit opened. A deletion, and the key that a row had before, carry no epoch; they must stand where their shard is open.
 */
class ClosersAgainstWritersIT {
    private static final RegionId EAST = RegionId.of("east");
    private static final int WRITERS = 8;
    private static final int SHARDS = 128;
    private static final int MOVING_SHARDS = 8;
    private static final String NUMBER = "\\d+";
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("meridian.fence.seconds", 5));

    private enum Level {
        READ_UNCOMMITTED(Connection.TRANSACTION_READ_UNCOMMITTED),
        READ_COMMITTED(Connection.TRANSACTION_READ_COMMITTED),
        REPEATABLE_READ(Connection.TRANSACTION_REPEATABLE_READ),
        SERIALIZABLE(Connection.TRANSACTION_SERIALIZABLE);

        private final int jdbc;
        private final AtomicInteger rows = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();

        Level(int jdbc) {
            this.jdbc = jdbc;
        }
    }

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger wide = new AtomicInteger();
    private final List<Long> closeMicros = new ArrayList<>();

    @ParameterizedTest(name = "bulk {0}")
    @ValueSource(booleans = {false, true})
    void noRowStandsOnTheWrongSideOfItsShardsMarker(boolean bulk) throws Exception {
        long seed = Long.getLong("meridian.seed", System.nanoTime());
        for (Level level : Level.values()) {
            level.rows.set(0);
            level.refused.set(0);
        }
        try (TestStore store = TestStore.installed(TestStore.plan(SHARDS, bulk));
                HikariDataSource pool =
                        new StoreConnections(store.url(), "meridian_agent", store.password()).pool("fence", 8);
                FenceWriter fences = new FenceWriter(EAST, pool, StoreStanding.ANY);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            store.superuser("grant select on meridian.fence to ledger");
            store.lease();
            store.open(
                    IntStream.range(MOVING_SHARDS, SHARDS)
                            .mapToObj(Integer::toString)
                            .collect(joining(",")),
                    1);
            List<Callable<Void>> work = new ArrayList<>();
            work.add(() -> closeAndOpen(fences));
            for (int writer = 0; writer < WRITERS; writer++) {
                Random random = new Random(seed + writer);
                work.add(() -> write(store, random));
            }
            List<Future<Void>> running = work.stream().map(threads::submit).toList();
            running.get(0).get();
            over.set(true);
            for (Future<Void> one : running) {
                one.get();
            }

            Verdict verdict = judge(store);

            closeMicros.sort(null);
            for (Level level : Level.values()) {
                System.out.printf("%s rows=%d refused=%d%n", level, level.rows.get(), level.refused.get());
            }
            System.out.printf(
                    "rows=%d deleted=%d markers=%d wrong=%d close_p50_ms=%.1f close_max_ms=%.1f seed=%d%n",
                    verdict.rows,
                    verdict.deleted,
                    verdict.markers,
                    verdict.wrong.size(),
                    closeMicros.get(closeMicros.size() / 2) / 1e3,
                    closeMicros.getLast() / 1e3,
                    seed);
            assertThat(verdict.wrong).as("seed %d", seed).isEmpty();
            assertThat(verdict.rows)
                    .as("acknowledged rows are in the stream once")
                    .isEqualTo(Stream.of(Level.values())
                            .mapToInt(level -> level.rows.get())
                            .sum());
            assertThat(verdict.rows).isGreaterThan(1000);
            assertThat(verdict.deleted).isGreaterThan(0);
            assertThat(verdict.changedKeys).isGreaterThan(0);
            assertThat(wide).as("statements over more than 64 shards").hasPositiveValue();
            for (Level level : Level.values()) {
                assertThat(level.rows.get()).as("written in %s", level).isGreaterThan(0);
                assertThat(level.refused.get()).as("refused in %s", level).isGreaterThan(0);
            }
        }
    }

    private Void closeAndOpen(FenceWriter fences) throws Exception {
        long end = System.nanoTime() + LENGTH.toNanos();
        for (long epoch = 1; System.nanoTime() < end; epoch += 2) {
            List<Ownership.Grant> grants = new ArrayList<>();
            List<FencePlan.Close> closings = new ArrayList<>();
            for (int shard = 0; shard < MOVING_SHARDS; shard++) {
                grants.add(new Ownership.Grant(ShardId.of(shard), Epoch.of(epoch), EAST, new Base.None()));
                closings.add(new FencePlan.Close(ShardId.of(shard), Epoch.of(epoch), Epoch.of(epoch + 1), "mv-1"));
            }
            while (!fences.open(grants, 1, Duration.ofSeconds(10)).waiting().isEmpty()) {
                Thread.onSpinWait();
            }
            Thread.sleep(20);
            long begun = System.nanoTime();
            while (!fences.close(closings, Duration.ofSeconds(10)).busy().isEmpty()) {
                Thread.onSpinWait();
            }
            closeMicros.add((System.nanoTime() - begun) / 1000);
        }
        return null;
    }

    private Void write(TestStore store, Random random) throws Exception {
        Map<Integer, List<String>> keys = keysByShard();
        try (Connection connection = store.application()) {
            connection.setAutoCommit(false);
            while (!over.get()) {
                Level level = Level.values()[random.nextInt(Level.values().length)];
                connection.setTransactionIsolation(level.jdbc);
                try {
                    int written = transaction(connection, random, keys);
                    connection.commit();
                    level.rows.addAndGet(written);
                } catch (SQLException e) {
                    connection.rollback();
                    if (!List.of("MR001", "MR002", "40001", "40P01").contains(e.getSQLState())) {
                        throw e;
                    }
                    level.refused.incrementAndGet();
                }
            }
        }
        return null;
    }

    private int transaction(Connection connection, Random random, Map<Integer, List<String>> keys) throws SQLException {
        int written = 0;
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            int shard = random.nextInt(MOVING_SHARDS);
            List<String> ofShard = keys.getOrDefault(shard, List.of());
            String key = ofShard.get(random.nextInt(ofShard.size()));
            long epoch = epoch(connection, shard);
            if (random.nextInt(3) == 0) {
                Savepoint savepoint = connection.setSavepoint();
                insert(connection, key, epoch);
                if (random.nextBoolean()) {
                    connection.rollback(savepoint);
                } else {
                    connection.releaseSavepoint(savepoint);
                    written++;
                }
            } else if (random.nextInt(3) == 0) {
                written += touch(connection, key, epoch);
            } else if (random.nextInt(4) == 0) {
                written += delete(connection, key);
            } else if (random.nextInt(4) == 0) {
                written += changeKey(connection, key, random, keys);
            } else if (random.nextInt(3) == 0) {
                written += insertMany(connection, random, keys, 2 + random.nextInt(4));
            } else if (random.nextInt(20) == 0) {
                written += insertMany(connection, random, keys, SHARDS);
                wide.incrementAndGet();
            } else if (random.nextInt(40) == 0) {
                insert(connection, key, epoch);
                written++;
                outlastTheClosersPatience(connection);
            } else {
                insert(connection, key, epoch);
                written++;
            }
        }
        return written;
    }

    private static long epoch(Connection connection, int shard) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select epoch from meridian.fence where shard = ?")) {
            query.setInt(1, shard);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private void insert(Connection connection, String key, long epoch) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into ledger.entries values (?, ?, 1, ?)")) {
            insert.setString(1, key);
            insert.setLong(2, ids.incrementAndGet());
            insert.setString(3, Long.toString(epoch));
            insert.executeUpdate();
        }
    }

    /** One statement; shards in any order; the epochs are read by the statement itself. */
    private int insertMany(Connection connection, Random random, Map<Integer, List<String>> keys, int count)
            throws SQLException {
        List<Integer> shards = new ArrayList<>(IntStream.range(0, count < SHARDS ? MOVING_SHARDS : SHARDS)
                .boxed()
                .toList());
        Collections.shuffle(shards, random);
        List<Integer> chosen = shards.subList(0, count);
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into ledger.entries
                select w.key, w.id, 1, f.epoch::text
                from unnest(?::int[], ?::text[], ?::bigint[]) w(shard, key, id) join meridian.fence f using (shard)
                on conflict (user_key, id) do update set note = excluded.note""")) {
            insert.setArray(1, connection.createArrayOf("int4", chosen.toArray()));
            insert.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            chosen.stream()
                                    .map(shard ->
                                            keys.getOrDefault(shard, List.of()).getFirst())
                                    .toArray()));
            insert.setArray(
                    3,
                    connection.createArrayOf(
                            "int8",
                            chosen.stream()
                                    .map(_ -> random.nextInt(8) == 0 ? -1 : ids.incrementAndGet())
                                    .toArray()));
            return insert.executeUpdate();
        }
    }

    private static int changeKey(Connection connection, String key, Random random, Map<Integer, List<String>> keys)
            throws SQLException {
        int target = random.nextInt(MOVING_SHARDS);
        long epoch = epoch(connection, target);
        try (PreparedStatement update = connection.prepareStatement(
                "update ledger.entries set user_key = ?, note = ? where user_key = ? and user_key <> ? and id = (select max(id) from ledger.entries where user_key = ?)")) {
            String to = keys.getOrDefault(target, List.of()).getFirst();
            update.setString(1, to);
            update.setString(2, Long.toString(epoch));
            update.setString(3, key);
            update.setString(4, to);
            update.setString(5, key);
            return update.executeUpdate();
        }
    }

    /** 300 ms, after which it begins anew. */
    private static void outlastTheClosersPatience(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_sleep(0.4)");
        }
    }

    private static int touch(Connection connection, String key, long epoch) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update ledger.entries set amount = amount + 1, note = ? where user_key = ? and id = (select max(id) from ledger.entries where user_key = ?)")) {
            update.setString(1, Long.toString(epoch));
            update.setString(2, key);
            update.setString(3, key);
            return update.executeUpdate();
        }
    }

    private static int delete(Connection connection, String key) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from ledger.entries where user_key = ? and id = (select min(id) from ledger.entries where user_key = ?)")) {
            delete.setString(1, key);
            delete.setString(2, key);
            return delete.executeUpdate();
        }
    }

    private static final class Verdict {
        private final List<String> wrong = new ArrayList<>();
        private int rows;
        private int deleted;
        private int changedKeys;
        private int markers;
    }

    private static Verdict judge(TestStore store) throws SQLException {
        Verdict verdict = new Verdict();
        ShardFunction shards = new ShardFunction(SHARDS);
        Map<Integer, String> openEpochs = new HashMap<>();
        List<DecodedStream.Change> stream;
        try (Connection superuser = store.connect("postgres")) {
            stream = DecodedStream.take(superuser, "meridian_main", "meridian_main");
        }
        for (DecodedStream.Change change : stream) {
            if (change.table().equals("meridian.fence")) {
                verdict.markers++;
                int shard = Integer.parseInt(change.value("shard"));
                boolean open = change.value("state").equals("OPEN");
                assertThat(change.value("closes")).isEqualTo(open ? "" : openEpochs.get(shard));
                openEpochs.put(shard, open ? change.value("epoch") : "closed");
            } else if (change.table().equals("ledger.entries")) {
                verdict.rows++;
                String open = openEpochs.getOrDefault(
                        shards.shardOf(change.value("user_key")).number(), "never opened");
                boolean deletion = change.kind() == 'D';
                verdict.deleted += deletion ? 1 : 0;
                if (deletion ? !open.matches(NUMBER) : !isOf(open, change.value("note"))) {
                    verdict.wrong.add(change + " while " + open);
                }
                String before = change.before().get("user_key");
                if (before != null) {
                    verdict.changedKeys++;
                    String left = openEpochs.getOrDefault(shards.shardOf(before).number(), "never opened");
                    if (!left.matches(NUMBER)) {
                        verdict.wrong.add(change + " while the shard that it left was " + left);
                    }
                }
            }
        }
        return verdict;
    }

    /** A writer may have read the closed epoch before an open one: the opening had everything in by then, and only its commit was still to come. */
    private static boolean isOf(String open, String seen) {
        return open.matches(NUMBER) && (open.equals(seen) || Long.parseLong(open) == Long.parseLong(seen) + 1);
    }

    private static Map<Integer, List<String>> keysByShard() {
        ShardFunction shards = new ShardFunction(SHARDS);
        Map<Integer, List<String>> keys = new HashMap<>();
        for (int i = 0; i < 2000; i++) {
            keys.computeIfAbsent(shards.shardOf("user-" + i).number(), _ -> new ArrayList<>())
                    .add("user-" + i);
        }
        return keys;
    }
}
