package io.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.kafka.KafkaServer;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import io.meridian.wire.FenceReport;
import io.meridian.wire.FenceState;
import io.meridian.wire.HashMoment;
import io.meridian.wire.HashReport;
import io.meridian.wire.mapping.OwnershipMapper;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two agents with all that belongs to them; the steps of PROTOCOL 5 are taken by hand, shards go east, west, east, west under writes in both. */
class MoveIT {
    private static final int PATIENCE_SECONDS =
            30 * Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));
    private static final int MOVING = 32;
    private static final List<String> REGIONS = List.of("east", "west");

    @TempDir
    private static Path data;

    private static final Map<String, TestStore> STORES = new HashMap<>();
    private static final Map<String, KafkaServer> KAFKAS = new HashMap<>();
    private static final List<SyncAgent> AGENTS = new ArrayList<>();
    private static FakeControlPlane control;

    @BeforeAll
    static void start() throws Exception {
        control = new FakeControlPlane();
        for (String region : REGIONS) {
            STORES.put(region, TestStore.installed());
            KAFKAS.put(region, KafkaServer.temporary());
        }
        for (String region : REGIONS) {
            String peer = region.equals("east") ? "west" : "east";
            SyncAgent agent = new SyncAgent(new AgentSettings(
                    RegionId.of(region),
                    "main",
                    List.of(control.address()),
                    new StoreConnections(
                            store(region).url(), "meridian_agent", store(region).password()),
                    kafka(region).bootstrap(),
                    Map.of(RegionId.of(peer), kafka(peer).bootstrap()),
                    "meridian_main",
                    data.resolve(region),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(3)));
            agent.start();
            AGENTS.add(agent);
        }
    }

    @AfterAll
    static void stop() {
        AGENTS.forEach(SyncAgent::close);
        control.close();
        KAFKAS.values().forEach(KafkaServer::close);
        STORES.values().forEach(TestStore::close);
    }

    @Test
    void shardsMoveUnderWritesAndNoRowIsLostOrDoubled() throws Exception {
        Base none = new Base.None();
        control.decide(IntStream.range(0, TestStore.SHARDS)
                .mapToObj(shard -> FakeControlPlane.grant(shard, 1, shard < MOVING ? "east" : "west", none))
                .toList());
        await(
                "all open",
                () -> IntStream.range(0, TestStore.SHARDS)
                        .allMatch(shard -> open(shard < MOVING ? "east" : "west", shard, 1)));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger acknowledged = new AtomicInteger();
        List<Thread> writers = REGIONS.stream()
                .map(region -> writer(region, over, acknowledged))
                .toList();

        String from = "east";
        for (int run = 1; run <= Integer.getInteger("meridian.moves", 4); run++) {
            String to = from.equals("east") ? "west" : "east";
            move("mv-" + run, from, to, 2L * run - 1);
            from = to;
            int written = acknowledged.get() + 50;
            await("writes at the new owner", () -> acknowledged.get() >= written);
        }
        over.set(true);
        for (Thread writer : writers) {
            writer.join();
        }

        int rows = acknowledged.get();
        await(
                "both copies hold " + rows + " rows: " + rows("east") + " " + rows("west"),
                () -> rows("east") == rows && rows("west") == rows);
    }

    private static void move(String run, String from, String to, long epoch) throws Exception {
        List<ShardId> shards = IntStream.range(0, MOVING).mapToObj(ShardId::of).toList();
        long begun = System.nanoTime();
        control.decide(shards.stream()
                .map(shard -> FakeControlPlane.withdrawal(control.ownership(shard.number()), run))
                .toList());
        await(
                run + " fences closed",
                () -> shards.stream()
                        .allMatch(shard -> control.fence(from, shard.number())
                                .filter(row -> row.getEpoch() == epoch + 1)
                                .isPresent()));
        long committed = System.nanoTime();
        await(
                run + " CLOSE's positions",
                () -> shards.stream().allMatch(shard -> closed(from, shard.number(), epoch + 1)));
        long fenced = System.nanoTime();
        Map<ShardId, Base.At> bases = new HashMap<>();
        for (ShardId shard : shards) {
            FenceReport close = control.fence(from, shard.number()).orElseThrow();
            bases.put(
                    shard,
                    new Base.At(
                            RegionId.of(from),
                            io.meridian.topology.ownership.Epoch.of(epoch),
                            OwnershipMapper.fromMessage(close.getClosedAt())));
        }
        control.await(run, shards.stream().map(bases::get).toList(), shards);
        await(
                run + " caught up",
                () -> bases.entrySet().stream()
                        .allMatch(base -> reached(to, base.getKey().number(), base.getValue())));
        long caughtUp = System.nanoTime();
        List<Ownership.Grant> grants = new ArrayList<>();
        bases.forEach((shard, base) -> grants.add(FakeControlPlane.grant(shard.number(), epoch + 2, to, base)));
        control.decide(grants);
        await(run + " open", () -> shards.stream().allMatch(shard -> open(to, shard.number(), epoch + 2)));
        long opened = System.nanoTime();
        System.out.printf(
                "%s pause_ms=%d committed_ms=%d captured_ms=%d catching_up_ms=%d opening_ms=%d%n",
                run,
                millis(begun, opened),
                millis(begun, committed),
                millis(committed, fenced),
                millis(fenced, caughtUp),
                millis(caughtUp, opened));

        await(
                () -> run + " hashed: " + hashes(run).size() + " of " + 2 * MOVING,
                () -> hashes(run).size() == 2 * MOVING);
        Map<Integer, String> before = new HashMap<>();
        hashes(run).stream()
                .filter(hash -> hash.getMoment() == HashMoment.HASH_MOMENT_BEFORE)
                .forEach(hash -> before.put(hash.getShard(), hash.getRows() + hash.getHash()));
        assertThat(hashes(run)).allSatisfy(hash -> {
            assertThat(hash.getProblem()).isEmpty();
            assertThat(hash.getRows() + hash.getHash()).isEqualTo(before.get(hash.getShard()));
        });
    }

    private static List<HashReport> hashes(String run) {
        return control.hashes().stream()
                .filter(hash -> hash.getRun().equals(run))
                .toList();
    }

    /** Writes to moving shards wherever it is let in: one row per transaction. */
    private static Thread writer(String region, AtomicBoolean over, AtomicInteger acknowledged) {
        return Thread.ofPlatform().start(() -> {
            AtomicLong ids = new AtomicLong(region.equals("east") ? 0 : 1_000_000_000);
            ShardFunction shards = new ShardFunction(TestStore.SHARDS);
            List<String> keys = IntStream.range(0, 500)
                    .mapToObj(i -> "user-" + i)
                    .filter(key -> shards.shardOf(key).number() < MOVING)
                    .toList();
            try (Connection connection = store(region).application();
                    Statement statement = connection.createStatement()) {
                while (!over.get()) {
                    long id = ids.incrementAndGet();
                    try {
                        statement.execute("insert into ledger.entries values ('" + keys.get((int) (id % keys.size()))
                                + "', " + id + ", 1, '')");
                        acknowledged.incrementAndGet();
                    } catch (SQLException e) {
                        if (!List.of("MR001", "MR002").contains(e.getSQLState())) {
                            throw new IllegalStateException(e);
                        }
                    }
                    Thread.sleep(3);
                }
            } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static int rows(String region) throws SQLException {
        return Integer.parseInt(store(region).ask("select count(*) from ledger.entries"));
    }

    private static boolean open(String region, int shard, long epoch) {
        return control.fence(region, shard)
                .filter(row -> row.getState() == FenceState.FENCE_STATE_OPEN && row.getEpoch() == epoch)
                .isPresent();
    }

    private static boolean closed(String region, int shard, long epoch) {
        return control.fence(region, shard)
                .filter(row ->
                        row.getState() == FenceState.FENCE_STATE_CLOSED && row.getEpoch() == epoch && row.hasClosedAt())
                .isPresent();
    }

    private static boolean reached(String region, int shard, Base.At close) {
        return control.head(region, shard)
                .filter(head -> head.getEpoch() == close.epoch().number()
                        && OwnershipMapper.fromMessage(head.getPosition()).equals(close.position()))
                .isPresent();
    }

    private static TestStore store(String region) {
        return java.util.Objects.requireNonNull(STORES.get(region));
    }

    private static KafkaServer kafka(String region) {
        return java.util.Objects.requireNonNull(KAFKAS.get(region));
    }

    private static long millis(long from, long to) {
        return (to - from) / 1_000_000;
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        await(() -> what, condition);
    }

    private static void await(Supplier<String> what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE_SECONDS + " s: " + what.get() + "; agents: "
                        + AGENTS.stream().map(SyncAgent::facts).toList());
            }
            control.awaitReport();
        }
    }
}
