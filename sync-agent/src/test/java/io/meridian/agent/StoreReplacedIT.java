package io.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.kafka.KafkaServer;
import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Base;
import io.meridian.wire.FenceState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * An empty database in place of a region's: it would open first grants as if nothing had ever been written, and say of raised fences that they were never
 * open. Each test goes on from the one before.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoreReplacedIT {
    private static final int PATIENCE_SECONDS =
            60 * Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));
    private static final String UNTOUCHED =
            "select (select count(*) from meridian.fence where epoch > 0) || ' ' || (select issued from meridian.lease)";

    @TempDir
    private static Path disk;

    @TempDir
    private static Path newDisk;

    private static TestStore store;
    private static KafkaServer kafka;
    private static FakeControlPlane control;
    private static SyncAgent agent;

    @BeforeAll
    static void aRegionThatOwns() throws Exception {
        store = TestStore.installed();
        kafka = KafkaServer.temporary();
        control = new FakeControlPlane();
        agent = startAgent(disk);
        grant(0, 8);
        await("all open", () -> open(7));
        await("a lease of it", () -> lease().equals("t"));
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
    void isLeftAloneByAnAgentThatRuns() throws Exception {
        store.replace();
        grant(8, 16);

        await("the reason", () -> problem().contains("it is another database than this region's store"));
        long dropped = agent.lease().dropped();
        await("it was tried again", () -> agent.lease().dropped() > dropped + 3);
        assertThat(store.ask(UNTOUCHED)).isEqualTo("0 -infinity");
        assertThat(control.fence("east", 7))
                .hasValueSatisfying(row -> assertThat(row.getState()).isEqualTo(FenceState.FENCE_STATE_OPEN));
    }

    @Test
    @Order(2)
    void andByOneThatIsStartedAgain() throws Exception {
        agent.close();
        agent = startAgent(disk);

        await("the reason", () -> problem().contains("it is another database than this region's store"));
        assertThat(problem()).startsWith("waiting for the store").contains("docs/failover.md");
        assertThat(store.ask(UNTOUCHED)).isEqualTo("0 -infinity");
    }

    @Test
    @Order(3)
    void andByOneWhoseDiskIsGoneToo() throws Exception {
        agent.close();
        agent = startAgent(newDisk);
        await("its views", () -> agent.desired().revision() > 0);
        grant(16, 24);

        await("the reason", () -> problem().contains("it is another database than this region's store"));
        long dropped = agent.lease().dropped();
        await("it was tried again", () -> agent.lease().dropped() > dropped + 3);
        assertThat(store.ask("select count(*) from meridian.fence where state = 'OPEN'"))
                .isEqualTo("0");
        assertThat(store.ask("select issued from meridian.lease")).isEqualTo("-infinity");
    }

    @Test
    @Order(4)
    void theOneThatWasIsWorkedWithAgain() throws Exception {
        store.putBack();

        await("a lease", () -> lease().equals("t"));
        await("what was granted meanwhile is open", () -> open(23));
        assertThat(agent.facts().problem().orElse("")).doesNotContain("another database");
    }

    private static SyncAgent startAgent(Path data) {
        SyncAgent started = new SyncAgent(new AgentSettings(
                RegionId.of("east"),
                "main",
                List.of(control.address()),
                new StoreConnections(store.url(), "meridian_agent", store.password()),
                kafka.bootstrap(),
                Map.of(),
                "meridian_main",
                data,
                Duration.ofMillis(500),
                Duration.ofSeconds(3)));
        started.start();
        return started;
    }

    private static void grant(int from, int to) {
        control.decide(IntStream.range(from, to)
                .mapToObj(shard -> FakeControlPlane.grant(shard, 1, "east", new Base.None()))
                .toList());
    }

    private static boolean open(int shard) {
        return control.fence("east", shard)
                .filter(row -> row.getState() == FenceState.FENCE_STATE_OPEN)
                .isPresent();
    }

    private static String lease() throws Exception {
        return store.ask("select valid_until > clock_timestamp() from meridian.lease");
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
