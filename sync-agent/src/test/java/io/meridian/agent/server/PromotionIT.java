package io.meridian.agent.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.AgentSettings;
import io.meridian.agent.FakeControlPlane;
import io.meridian.agent.StoreConnections;
import io.meridian.agent.SyncAgent;
import io.meridian.agent.TestStore;
import io.meridian.agent.capture.CaptureSource;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.record.Value;
import io.meridian.agent.stream.Outages;
import io.meridian.agent.transport.KafkaClients;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.local.kafka.KafkaServer;
import io.meridian.local.postgres.PostgresServer;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.FenceReport;
import io.meridian.wire.FenceState;
import io.meridian.wire.mapping.OwnershipMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A region's store on two real servers, one agent, a real Kafka. Each test goes on from the one before. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PromotionIT {
    private static final int PATIENCE_SECONDS =
            90 * Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));
    private static final String CHANGES = "meridian.changes.main.east";

    @TempDir
    private static Path data;

    private static TestStore store;
    private static PostgresServer first;
    private static PostgresServer second;
    private static @Nullable PostgresServer third;
    private static KafkaServer kafka;
    private static FakeControlPlane control;
    private static SyncAgent agent;

    @BeforeAll
    static void twoServers() throws Exception {
        store = TestStore.installed();
        first = store.server();
        // As a person may have made it, who did not think of standbys.
        store.superuser("select pg_drop_replication_slot('meridian_main')");
        store.superuser("select pg_create_logical_replication_slot('meridian_main', 'pgoutput')");
        second = PostgresServer.standbyOf(first, "second", "ledger");
        kafka = KafkaServer.temporary();
        control = new FakeControlPlane();
        agent = startAgent("");
    }

    @AfterAll
    static void stop() {
        agent.close();
        control.close();
        kafka.close();
        PostgresServer another = third;
        if (another != null) {
            another.close();
        }
        second.close();
        store.close();
    }

    private static SyncAgent startAgent(String parameters) {
        SyncAgent started = new SyncAgent(new AgentSettings(
                RegionId.of("east"),
                "main",
                List.of(control.address()),
                new StoreConnections(both() + parameters, "meridian_agent", store.password()),
                kafka.bootstrap(),
                Map.of(),
                CaptureSource.PGOUTPUT,
                "meridian_main",
                data,
                Duration.ofMillis(500),
                Duration.ofSeconds(3),
                Outages.DEFAULT,
                0,
                Map.of(),
                Standby.REQUIRED));
        started.start();
        return started;
    }

    private static String both() {
        return "jdbc:postgresql://127.0.0.1:" + first.port() + ",127.0.0.1:" + second.port() + "/ledger";
    }

    @Test
    @Order(1)
    void withoutASynchronousStandbyNothingIsRenewedOrOpened() throws Exception {
        control.decide(IntStream.range(0, 64)
                .mapToObj(shard -> FakeControlPlane.grant(shard, 1, "east", new Base.None()))
                .toList());

        await("the reason", () -> leaseProblem().contains("synchronous_standby_names is empty"));
        await("fences reported", () -> control.fence("east", 63).isPresent());
        assertThat(store.ask("select count(*) from meridian.fence where state = 'OPEN'"))
                .isEqualTo("0");
        assertThat(store.ask("select issued = '-infinity' from meridian.lease")).isEqualTo("t");

        synchronous(first, "second");

        await("a lease", PromotionIT::writable);
        await("all open", () -> reported(63, FenceState.FENCE_STATE_OPEN));
    }

    @Test
    @Order(2)
    void aSlotThatIsNotCopiedToStandbysIsAltered() throws Exception {
        await(
                "failover",
                () -> ask(first, "select failover from pg_replication_slots where slot_name = 'meridian_main'")
                        .equals("t"));
        await("a copy on the standby", () -> {
            ask(first, "select pg_log_standby_snapshot()");
            return ask(
                            second,
                            "select synced and not temporary from pg_replication_slots where slot_name = 'meridian_main'")
                    .equals("t");
        });
        await("no complaint", () -> agent.facts().problem().isEmpty());
    }

    @Test
    @Order(3)
    void aStandbyThatIsGoneCostsTheLeaseUntilItIsBack() throws Exception {
        second.stop();

        await("the reason", () -> leaseProblem().contains("none of second streams"));
        await("writes refused", () -> !agent.leaseRemaining().isPositive());
        second.restart();

        await("a lease", PromotionIT::writable);
    }

    @Test
    @Order(4)
    void aPromotedStandbyGoesOnWithTheSameHistory() throws Exception {
        control.decide(List.of(FakeControlPlane.withdrawal(control.ownership(7), "mv-1")));
        await("CLOSE with its position", () -> reported(7, FenceState.FENCE_STATE_CLOSED) && fence(7).hasClosedAt());
        Position closed = OwnershipMapper.fromMessage(fence(7).getClosedAt());
        Set<String> acknowledged = new ConcurrentSkipListSet<>();
        var writing = new AtomicBoolean(true);
        Thread writer = Thread.ofPlatform().start(() -> writeOn(writing, acknowledged));
        await("writes", () -> acknowledged.size() > 50);

        first.kill();
        int before = acknowledged.size();
        ask(second, "select pg_promote(true, 60)");
        await("the reason", () -> leaseProblem().contains("synchronous_standby_names is empty"));
        third = PostgresServer.standbyOf(second, "third", "ledger");
        synchronous(second, "third");

        await("a lease there", () -> agent.lease().problem().isEmpty() && writable());
        await("writes on the promoted server", () -> acknowledged.size() > before + 50);
        writing.set(false);
        writer.join();
        assertThat(refusal(second, 7)).isEqualTo("MR001");
        control.decide(List.of(FakeControlPlane.withdrawal(control.ownership(8), "mv-2")));
        await("CLOSE with its position", () -> reported(8, FenceState.FENCE_STATE_CLOSED) && fence(8).hasClosedAt());
        Position closedLater = OwnershipMapper.fromMessage(fence(8).getClosedAt());
        assertThat(closedLater.incarnation()).isEqualTo(closed.incarnation());
        assertThat(closedLater.compareTo(closed)).isPositive();
        Set<String> stored = keys(second);
        assertThat(stored).containsAll(acknowledged);
        await("all of it in the stream", () -> captured().equals(stored));
    }

    @Test
    @Order(5)
    void anOldPrimaryThatIsUpAgainIsNotWorkedWith() throws Exception {
        agent.close();
        first.restart();
        assertThat(ask(first, "select pg_is_in_recovery()")).isEqualTo("f");
        String leaseOfOld = ask(first, "select issued from meridian.lease");
        String leaseOfNew = ask(second, "select issued from meridian.lease");

        agent = startAgent("?tcpKeepAlive=true"); // an address of its own, so nothing but the file remembers

        await(
                "a lease on the promoted server",
                () -> !ask(second, "select issued from meridian.lease").equals(leaseOfNew));
        assertThat(ask(first, "select issued from meridian.lease")).isEqualTo(leaseOfOld);
        await(
                "no session but those that look",
                () -> ask(first, "select count(*) from pg_stat_activity where usename = 'meridian_agent'")
                        .equals("0"));
    }

    private static String leaseProblem() {
        return agent.lease().problem().orElse("");
    }

    private static boolean writable() {
        return agent.leaseRemaining().isPositive();
    }

    private static FenceReport fence(int shard) {
        return control.fence("east", shard).orElseThrow();
    }

    private static boolean reported(int shard, FenceState state) {
        return control.fence("east", shard)
                .filter(row -> row.getState() == state)
                .isPresent();
    }

    private static void synchronous(PostgresServer primary, String standby) throws SQLException {
        ask(primary, "alter system set synchronized_standby_slots = '" + standby + "'");
        ask(primary, "alter system set synchronous_standby_names = '" + standby + "'");
        ask(primary, "select pg_reload_conf()");
    }

    private static void writeOn(AtomicBoolean wanted, Set<String> acknowledged) {
        for (int count = 0; wanted.get(); ) {
            try (Connection connection = DriverManager.getConnection(
                            both() + "?targetServerType=primary&connectTimeout=2&socketTimeout=5",
                            "ledger",
                            store.password());
                    Statement statement = connection.createStatement()) {
                while (wanted.get()) {
                    String key = "user-" + count++;
                    if (shardOf(key) > 8) {
                        statement.execute("insert into ledger.accounts values ('" + key + "', 'main')");
                        acknowledged.add(key);
                        Thread.sleep(5);
                    }
                }
            } catch (SQLException e) {
                pause(); // refused, or the server is gone: whether it was written is not known
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String refusal(PostgresServer server, int shard) {
        String key = IntStream.range(0, 100_000)
                .mapToObj(number -> "other-" + number)
                .filter(candidate -> shardOf(candidate) == shard)
                .findFirst()
                .orElseThrow();
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl("ledger"), "ledger", store.password());
                Statement statement = connection.createStatement()) {
            statement.execute("insert into ledger.accounts values ('" + key + "', 'main')");
            return "";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    private static int shardOf(String key) {
        return new ShardFunction(TestStore.SHARDS).shardOf(key).number();
    }

    /** Of the accounts in the stream; a record that was sent twice must be the same, and no account may be in two. */
    private static Set<String> captured() {
        Set<String> keys = new TreeSet<>();
        for (int partition = 0; partition < FakeControlPlane.PARTITIONS; partition++) {
            Map<Position, SourceRecord> records = new TreeMap<>(Position::compareTo);
            for (SourceRecord record : records(partition)) {
                SourceRecord known = records.putIfAbsent(record.position(), record);
                assertThat(known == null || known.equals(record))
                        .as("the same when sent again")
                        .isTrue();
            }
            records.values()
                    .forEach(record -> record.entries().stream()
                            .filter(RowChange.Insert.class::isInstance)
                            .map(RowChange.Insert.class::cast)
                            .map(insert -> ((Value.Text) insert.row().getFirst()).text())
                            .forEach(key -> assertThat(keys.add(key))
                                    .as(key + " is there once")
                                    .isTrue()));
        }
        return keys;
    }

    private static List<SourceRecord> records(int partition) {
        List<SourceRecord> records = new ArrayList<>();
        var place = new TopicPartition(CHANGES, partition);
        try (Consumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka.bootstrap(), "judge")) {
            consumer.assign(List.of(place));
            consumer.seek(place, 0);
            long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
            while (consumer.position(place) < end) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    records.add(RecordCodec.fromBytes(record.value(), partition));
                }
            }
        }
        return records;
    }

    private static Set<String> keys(PostgresServer server) throws SQLException {
        Set<String> keys = new TreeSet<>();
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl("ledger"), "postgres", server.superuserPassword());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select user_key from ledger.accounts")) {
            while (row.next()) {
                keys.add(row.getString(1));
            }
        }
        return keys;
    }

    /** First column of the first row, as text; "" when there is none. */
    static String ask(PostgresServer server, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(server.jdbcUrl("ledger"), "postgres", server.superuserPassword());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet row = statement.getResultSet()) {
                String value = row.next() ? row.getString(1) : null;
                return value == null ? "" : value;
            }
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for: " + what + "; problem: "
                        + agent.facts().problem()
                        + "; lease: " + agent.lease().problem() + "; log of second:\n"
                        + Files.readString(second.log()).lines().reduce("", (one, other) -> (one + "\n" + other)));
            }
            Thread.sleep(50);
        }
    }
}
