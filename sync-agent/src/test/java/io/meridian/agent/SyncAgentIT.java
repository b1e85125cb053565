package io.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.meridian.wire.ParkedAction;
import io.meridian.wire.ParkedOrder;
import io.meridian.wire.RepairRequest;
import io.meridian.wire.ShardBuckets;
import io.meridian.wire.ShardHash;
import io.meridian.wire.VerificationRequest;
import io.meridian.wire.VerificationStage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One agent with a real PostgreSQL and a real Kafka under a control plane whose decisions are written by hand. Each test goes on from the one before. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SyncAgentIT {
    private static final int PATIENCE_SECONDS =
            20 * Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));
    private static final Base FIRST = new Base.None();

    @TempDir
    private static Path data;

    private static TestStore store;
    private static KafkaServer kafka;
    private static FakeControlPlane control;
    private static SyncAgent agent;

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.installed();
        kafka = KafkaServer.temporary();
        control = new FakeControlPlane();
        agent = startAgent();
    }

    @AfterAll
    static void stop() {
        agent.close();
        control.close();
        kafka.close();
        store.close();
    }

    @AfterEach
    void controlPlaneIsBack() throws Exception {
        control.granting(true);
    }

    private static SyncAgent startAgent() {
        AgentSettings settings = new AgentSettings(
                RegionId.of("east"),
                "main",
                List.of("127.0.0.1:1", control.address()),
                new StoreConnections(store.url(), "meridian_agent", store.password()),
                kafka.bootstrap(),
                Map.of(),
                "meridian_main",
                data,
                Duration.ofMillis(500),
                Duration.ofSeconds(3));
        SyncAgent started = new SyncAgent(settings);
        started.start();
        return started;
    }

    @Test
    @Order(1)
    void renewsItsLeaseBeforeAnythingIsGranted() throws Exception {
        await(
                "a lease",
                () -> store.ask("select valid_until > clock_timestamp() from meridian.lease")
                        .equals("t"));
        await("all fences reported", () -> control.fence("east", 63).isPresent());

        assertThat(control.fence("east", 63))
                .hasValueSatisfying(row -> assertThat(row.getState()).isEqualTo(FenceState.FENCE_STATE_CLOSED));
        assertThatThrownBy(() -> write("nobody")).hasMessageContaining("is not owned here (epoch 0)");
    }

    @Test
    @Order(2)
    void opensFirstGrantsAndTellsTheirPositions() throws Exception {
        control.decide(IntStream.range(0, 60)
                .mapToObj(shard -> FakeControlPlane.grant(shard, 1, "east", FIRST))
                .toList());

        await(
                "OPEN with its position",
                () -> IntStream.range(0, 60)
                        .allMatch(shard -> fence(
                                shard, row -> row.getState() == FenceState.FENCE_STATE_OPEN && row.hasOpenedAt())));
        write(key(7));
        assertThat(store.ask("select count(*) from ledger.accounts")).isEqualTo("1");
    }

    @Test
    @Order(3)
    void closesForAWithdrawalAndTellsWhereTheCloseStands() throws Exception {
        withdraw(7, "mv-1");

        await(
                "CLOSE with its position",
                () -> fence(
                        7,
                        row -> row.getEpoch() == 2
                                && row.getState() == FenceState.FENCE_STATE_CLOSED
                                && row.hasClosedAt()));
        assertThatThrownBy(() -> write(key(7))).hasMessageContaining("shard 7 is not owned here (epoch 2)");
        await(
                "a hash of before",
                () -> control.hashes().stream()
                        .anyMatch(hash -> hash.getShard() == 7
                                && hash.getRun().equals("mv-1")
                                && hash.getProblem().isEmpty()));
    }

    @Test
    @Order(4)
    void opensAgainOnItsOwnCloseWhenTheMoveIsRolledBack() throws Exception {
        FenceReport closed = control.fence("east", 7).orElseThrow();
        Base base = new Base.At(
                RegionId.of("east"),
                io.meridian.topology.ownership.Epoch.of(1),
                io.meridian.wire.mapping.OwnershipMapper.fromMessage(closed.getClosedAt()));

        control.decide(List.of(FakeControlPlane.grant(7, 3, "east", base)));

        await("OPEN at 3", () -> fence(7, row -> row.getEpoch() == 3 && row.getState() == FenceState.FENCE_STATE_OPEN));
        write(key(7));
    }

    @Test
    @Order(5)
    void aGrantWhoseBaseIsNotInIsNotOpenedAndHoldsUpNothing() throws Exception {
        Base elsewhere = new Base.At(
                RegionId.of("west"),
                io.meridian.topology.ownership.Epoch.of(1),
                new io.meridian.topology.ownership.Position("west", 42, 0));

        control.decide(List.of(
                FakeControlPlane.grant(60, 3, "east", elsewhere), FakeControlPlane.grant(61, 1, "east", FIRST)));

        await("the other one open", () -> fence(61, row -> row.getState() == FenceState.FENCE_STATE_OPEN));
        await("the row raised to the withdrawal, by the lease", () -> fence(60, row -> row.getEpoch() == 2));
        assertThat(agent.shardsWaiting()).isEqualTo(1);
        await(
                "a lease all the same",
                () -> agent.leaseRemaining().toMillis() > FakeControlPlane.LEASE.toMillis() - 1500);
    }

    @Test
    @Order(6)
    void aWithdrawalThatCameWhileTheAgentWasDeadIsDoneByTheNext() throws Exception {
        agent.close();
        withdraw(8, "mv-2");
        assertThat(store.ask("select state from meridian.fence where shard = 8"))
                .isEqualTo("OPEN");

        agent = startAgent();

        await("CLOSE with its position", () -> fence(8, row -> row.getEpoch() == 2 && row.hasClosedAt()));
    }

    @Test
    @Order(6)
    void aHashThatADeadAgentOwedIsTakenByTheNext() throws Exception {
        agent.close();
        withdraw(12, "mv-4");
        // As the dead one may have left it: killed between its CLOSE and the hash.
        store.superuser(
                "update meridian.fence set state = 'CLOSED', closes = 1, epoch = 2 where shard = 12 and state = 'OPEN'");

        agent = startAgent();

        await("the hash", () -> taken("mv-4", HashMoment.HASH_MOMENT_BEFORE));
    }

    @Test
    @Order(6)
    void anAgentThatOpensBeforeItHearsAnyNodeHasSeenWhatTheBaseLeft() throws Exception {
        Base.At base = new Base.At(
                RegionId.of("west"),
                io.meridian.topology.ownership.Epoch.of(1),
                new io.meridian.topology.ownership.Position("west", 42, 0));
        control.await("mv-5", List.of(base), List.of(ShardId.of(62)));
        control.decide(List.of(FakeControlPlane.grant(62, 3, "east", base)));
        await("the grant known", () -> agent.desired().shards().containsKey(ShardId.of(62)));
        agent.close();
        control.down();
        store.superuser("insert into meridian.head values (62, 1, 'west', 'west', '0/2A', true)");

        agent = startAgent();
        await(
                "OPEN",
                () -> store.ask("select epoch || state from meridian.fence where shard = 62")
                        .equals("3OPEN"));
        control.up();

        await("the hash", () -> taken("mv-5", HashMoment.HASH_MOMENT_AFTER));
        control.await("", List.of(), List.of());
    }

    @Test
    @Order(7)
    void answersAVerification() throws Exception {
        control.verify(VerificationRequest.newBuilder()
                .setId("vf-1")
                .setRound(1)
                .addShards(1)
                .addShards(2)
                .build());

        await(
                "an answer",
                () -> control.verifications().stream()
                        .anyMatch(answer -> answer.getId().equals("vf-1") && answer.getShardsCount() == 2));
    }

    @Test
    @Order(7)
    void tellsWhichRowsAShardHas() throws Exception {
        write(key(9));
        control.verify(VerificationRequest.newBuilder()
                .setId("vf-2")
                .setRound(2)
                .addShards(9)
                .setStage(VerificationStage.VERIFICATION_STAGE_BUCKETS)
                .build());
        await(
                "hashes of buckets",
                () -> answer("vf-2")
                        .filter(hash -> hash.getBuckets().size() == 256 * 8)
                        .isPresent());
        byte[] buckets = answer("vf-2").orElseThrow().getBuckets().toByteArray();
        List<Integer> filled = IntStream.range(0, 256)
                .filter(bucket -> ByteBuffer.wrap(buckets, bucket * 8, 8).getLong() != 0)
                .boxed()
                .toList();
        assertThat(filled).hasSize(1);

        control.verify(VerificationRequest.newBuilder()
                .setId("vf-3")
                .setRound(3)
                .addShards(9)
                .setStage(VerificationStage.VERIFICATION_STAGE_ROWS)
                .addBuckets(ShardBuckets.newBuilder().setShard(9).addAllBuckets(filled))
                .build());

        await(
                "the row",
                () -> answer("vf-3")
                        .filter(hash -> hash.getRowHashesCount() == 1)
                        .isPresent());
        assertThat(answer("vf-3").orElseThrow().getRowHashes(0).getKey().getKey())
                .startsWith("{\"account\":\"")
                .endsWith("\",\"user_key\":\"" + key(9) + "\"}");
    }

    private static Optional<ShardHash> answer(String verification) {
        return control.verifications().stream()
                .filter(report -> report.getId().equals(verification))
                .flatMap(report -> report.getShardsList().stream())
                .findFirst();
    }

    @Test
    @Order(7)
    void carriesOutWhatItIsAskedForAndTellsWhatBecameOfIt() throws Exception {
        control.repair(List.of(
                RepairRequest.newBuilder().setId("rp-1").setShard(9).setEpoch(1).build(),
                RepairRequest.newBuilder()
                        .setId("rp-1")
                        .setShard(10)
                        .setEpoch(5)
                        .build()));
        control.order(List.of(ParkedOrder.newBuilder()
                .setId("po-1")
                .setSource("west")
                .setShard(9)
                .setPosition("0/1")
                .setAction(ParkedAction.PARKED_ACTION_SKIP)
                .setBy("alice")
                .setReason("a test")
                .build()));

        await(
                "all three",
                () -> control.orders().getRepairsCount() == 2
                        && control.orders().getParkedOrdersCount() == 1);
        assertThat(control.orders().getRepairsList())
                .anySatisfy(done -> {
                    assertThat(done.getShard()).isEqualTo(9);
                    assertThat(done.getProblem()).isEmpty();
                })
                .anySatisfy(done -> {
                    assertThat(done.getShard()).isEqualTo(10);
                    assertThat(done.getProblem()).contains("not open at epoch 5");
                });
        assertThat(control.orders().getParkedOrders(0).getProblem())
                .isEqualTo("nothing waits any more of shard 9 from west");
        control.repair(List.of());
        control.order(List.of());
    }

    @Test
    @Order(8)
    void writesStopWhenTheLeaseIsRefusedAndReturnWithIt() throws Exception {
        control.granting(false);

        await("MR003", () -> refused("MR003"));
        control.granting(true);
        await("writes again", () -> !refused("MR003"));
    }

    @Test
    @Order(9)
    void withoutAControlPlaneWritesGoOnUntilTheLeaseEndsAndAcrossARestart() throws Exception {
        control.down();
        write(key(9));

        await("MR003", () -> refused("MR003"));
        agent.close();
        agent = startAgent();
        assertThat(agent.desired().shards()).as("the last view was kept").hasSize(63);
        control.up();

        await("writes again", () -> !refused("MR003"));
        await("complete report", () -> control.fence("east", 63).isPresent());
    }

    @Test
    @Order(10)
    void aTableWithoutItsFenceCostsTheLease() throws Exception {
        store.superuser("alter table ledger.entries disable trigger zz_meridian_fence");

        await(
                "the reason",
                () -> agent.lease().problem().orElse("").contains("tables without their fence: ledger.entries"));
        await("MR003", () -> refused("MR003"));
        store.superuser("alter table ledger.entries enable trigger zz_meridian_fence");
        await("writes again", () -> !refused("MR003"));
    }

    @Test
    @Order(11)
    void aCrashedDatabaseComesBackUnderTheSameAgent() throws Exception {
        store.server().kill();
        withdraw(11, "mv-3");
        store.server().restart();

        await("CLOSE with its position", () -> fence(11, row -> row.getEpoch() == 2 && row.hasClosedAt()));
        await("writes again", () -> !refused("MR003"));
    }

    private static boolean taken(String run, HashMoment moment) {
        List<HashReport> hashes = control.hashes().stream()
                .filter(hash -> hash.getRun().equals(run) && hash.getMoment() == moment)
                .toList();
        assertThat(hashes).allSatisfy(hash -> assertThat(hash.getProblem()).isEmpty());
        return !hashes.isEmpty();
    }

    private static void withdraw(int shard, String run) {
        Ownership withdrawal = FakeControlPlane.withdrawal(control.ownership(shard), run);
        control.decide(List.of(withdrawal));
    }

    private static boolean fence(int shard, Predicate<FenceReport> as) {
        return control.fence("east", shard).filter(as).isPresent();
    }

    private static void write(String key) throws SQLException {
        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into ledger.accounts values ('" + key + "', '" + java.util.UUID.randomUUID() + "')");
        }
    }

    private static boolean refused(String state) {
        try {
            write(key(1));
            return false;
        } catch (SQLException e) {
            return state.equals(e.getSQLState());
        }
    }

    private static String key(int shard) {
        ShardFunction shards = new ShardFunction(TestStore.SHARDS);
        return IntStream.range(0, 10_000)
                .mapToObj(i -> "user-" + i)
                .filter(key -> shards.shardOf(key).equals(ShardId.of(shard)))
                .findFirst()
                .orElseThrow();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "not within " + PATIENCE_SECONDS + " s: " + what + "; agent: " + agent.facts());
            }
            control.awaitReport();
        }
    }
}
