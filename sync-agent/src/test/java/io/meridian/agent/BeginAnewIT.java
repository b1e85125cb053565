package io.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.kafka.KafkaServer;
import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import io.meridian.wire.FenceState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A region's agent whose database is gone for good, and an empty one that follows it. Each test goes on from the one before. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BeginAnewIT {
    private static final int PATIENCE_SECONDS =
            60 * Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));
    private static final String SLOT = "meridian_main";

    @TempDir
    private static Path disk;

    @TempDir
    private static Path newDisk;

    @TempDir
    private static Path anotherDisk;

    private static TestStore store;
    private static KafkaServer kafka;
    private static FakeControlPlane control;
    private static SyncAgent agent;

    @BeforeAll
    static void aRegionThatWasLost() throws Exception {
        store = TestStore.installed();
        kafka = KafkaServer.temporary();
        control = new FakeControlPlane();
        agent = startAgent(disk, SLOT);
        control.decide(IntStream.range(0, 8)
                .mapToObj(shard -> FakeControlPlane.grant(shard, 1, "east", new Base.None()))
                .toList());
        await(
                "all open",
                () -> control.fence("east", 7)
                        .filter(row -> row.getState() == FenceState.FENCE_STATE_OPEN)
                        .isPresent());
        await(
                "captured",
                () -> store.ask("select count(*) from meridian.marker").equals("8"));
        agent.close();
        var cut = new Base.At(RegionId.of("east"), Epoch.FIRST, new Position("1.1.0-1.t", 5, 0));
        control.decide(IntStream.range(0, 8)
                .mapToObj(shard -> FakeControlPlane.grant(shard, 3, "west", cut))
                .toList());
        store.replace();
    }

    @AfterAll
    static void stop() {
        agent.close();
        control.close();
        kafka.close();
        store.close();
    }

    @Test
    @Order(1)
    void anEmptyDatabaseIsTheStoreOnceTheOneBeforeWasGivenUp() throws Exception {
        agent = startAgent(disk, SLOT + "_new");
        await("the reason", () -> problem().contains("it is another database than this region's store"));

        control.beginAnew("east", false);

        await(
                "a lease",
                () -> store.ask("select valid_until > clock_timestamp() from meridian.lease")
                        .equals("t"));
        assertThat(store.ask("select life from meridian.life where region = 'east'"))
                .isEqualTo("2");
        await("its own log", () -> topics().contains("meridian.changes.main.east.2"));
        await("it is captured", () -> agent.facts().capturing());
        assertThat(problem()).doesNotContain("another database");
    }

    @Test
    @Order(2)
    void andStaysItWhenTheAgentIsStartedAgain() throws Exception {
        agent.close();
        long renewals = agent.lease().renewals();
        agent = startAgent(disk, SLOT + "_new");

        await("a lease", () -> agent.lease().renewals() > 0);
        await("it is captured", () -> agent.facts().capturing());
        assertThat(renewals).isPositive();
    }

    @Test
    @Order(3)
    void theOneBeforeIsRefusedForEver() throws Exception {
        agent.close();
        store.putBack();
        agent = startAgent(newDisk, SLOT);

        await("the reason", () -> problem().contains("it was given up when the region began anew"));
        assertThat(problem()).contains("life 2", "of life 1", "Give this agent an empty database");
        assertThat(agent.lease().renewals()).isZero();
    }

    @Test
    @Order(4)
    void alsoByAnAgentThatCouldNotAskAtItsStart() throws Exception {
        agent.close();
        control.down();
        agent = startAgent(anotherDisk, SLOT);
        await("it works by what it knows", () -> problem().contains("no topology was heard yet"));

        control.up();

        await("the reason", () -> problem().contains("the region began anew (life 2)"));
        assertThat(problem()).contains("stop the agent, give it an empty database");
        assertThat(agent.desired().revision()).isZero();
        assertThat(agent.lease().renewals()).isZero();
    }

    private static SyncAgent startAgent(Path data, String slot) {
        SyncAgent started = new SyncAgent(new AgentSettings(
                RegionId.of("east"),
                "main",
                List.of(control.address()),
                new StoreConnections(store.url(), "meridian_agent", store.password()),
                kafka.bootstrap(),
                Map.of(),
                slot,
                data,
                Duration.ofMillis(500),
                Duration.ofSeconds(3)));
        started.start();
        return started;
    }

    private static Set<String> topics() throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap()))) {
            return admin.listTopics().names().get();
        }
    }

    private static String problem() {
        return agent.facts().problem().orElse("");
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for: " + what + "; problem: "
                        + agent.facts().problem() + "; lease: " + agent.lease().problem());
            }
            control.awaitReport();
        }
    }
}
