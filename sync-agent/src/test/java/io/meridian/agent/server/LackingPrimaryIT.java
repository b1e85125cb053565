package io.meridian.agent.server;

import static io.meridian.agent.server.PromotionIT.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.AgentSettings;
import io.meridian.agent.FakeControlPlane;
import io.meridian.agent.StoreConnections;
import io.meridian.agent.SyncAgent;
import io.meridian.agent.TestStore;
import io.meridian.agent.transport.KafkaClients;
import io.meridian.local.kafka.KafkaServer;
import io.meridian.local.postgres.PostgresServer;
import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Base;
import io.meridian.wire.FenceState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby that nobody waited for is promoted, and lacks what other regions may have. */
class LackingPrimaryIT {
    private static final int PATIENCE_SECONDS =
            90 * Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));

    private TestStore store;
    private PostgresServer standby;
    private KafkaServer kafka;
    private FakeControlPlane control;
    private SyncAgent agent;

    @BeforeEach
    void twoServers(@TempDir Path data) throws Exception {
        store = TestStore.installed();
        standby = PostgresServer.standbyOf(store.server(), "standby", "ledger");
        kafka = KafkaServer.temporary();
        control = new FakeControlPlane();
        agent = new SyncAgent(new AgentSettings(
                RegionId.of("east"),
                "main",
                List.of(control.address()),
                new StoreConnections(
                        "jdbc:postgresql://127.0.0.1:" + store.server().port() + ",127.0.0.1:" + standby.port()
                                + "/ledger",
                        "meridian_agent",
                        store.password()),
                kafka.bootstrap(),
                Map.of(),
                "meridian_main",
                data,
                Duration.ofMillis(500),
                Duration.ofSeconds(3)));
        agent.start();
        control.decide(IntStream.range(0, 64)
                .mapToObj(shard -> FakeControlPlane.grant(shard, 1, "east", new Base.None()))
                .toList());
        await("all open and captured", () -> IntStream.range(0, 64).allMatch(this::isOpen));
    }

    @AfterEach
    void stop() {
        agent.close();
        control.close();
        kafka.close();
        standby.close();
        store.close();
    }

    @Test
    void capturedChangesThatAPromotedServerLacksStopTheRegionUntilAServerHasThem() throws Exception {
        standby.stop();
        control.decide(List.of(FakeControlPlane.withdrawal(control.ownership(7), "mv-1")));
        await(
                "CLOSE with its position",
                () -> control.fence("east", 7)
                        .filter(row -> row.getEpoch() == 2 && row.hasClosedAt())
                        .isPresent());
        store.server().kill();
        standby.restart();
        ask(standby, "select pg_promote(true, 60)");

        await("capture's reason", () -> agent.facts().problem().orElse("").contains("lacks what was captured"));
        await("the lease's reason", () -> agent.lease().problem().orElse("").contains("lacks what was captured"));
        assertThat(agent.facts().problem()).get().asString().contains("docs/postgresql-ha.md");
        assertThat(agent.facts().capturing()).isFalse();
        long sent = sent();
        await(
                "the lease's end",
                () -> ask(standby, "select valid_until < clock_timestamp() from meridian.lease")
                        .equals("t"));
        String renewed = ask(standby, "select issued from meridian.lease");
        long dropped = agent.lease().dropped();
        await("more attempts", () -> agent.lease().dropped() > dropped + 4);
        assertThat(ask(standby, "select issued from meridian.lease")).isEqualTo(renewed);
        assertThat(sent()).as("no record behind the hole").isEqualTo(sent);

        standby.stop();
        store.server().restart();

        await("the server that has it all is captured from", () -> agent.facts().capturing());
        await("a lease there", () -> agent.leaseRemaining().isPositive());
        await("no complaint", () -> agent.facts().problem().isEmpty());
    }

    private boolean isOpen(int shard) {
        return control.fence("east", shard)
                .filter(row -> row.getState() == FenceState.FENCE_STATE_OPEN && row.hasOpenedAt())
                .isPresent();
    }

    private long sent() {
        List<TopicPartition> places = IntStream.range(0, FakeControlPlane.PARTITIONS)
                .mapToObj(partition -> new TopicPartition("meridian.changes.main.east", partition))
                .toList();
        try (Consumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka.bootstrap(), "judge")) {
            return consumer.endOffsets(places).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for: " + what + "; problem: "
                        + agent.facts().problem() + "; lease: " + agent.lease().problem());
            }
            Thread.sleep(50);
        }
    }
}
