package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever of router, Envoy and control plane goes away and comes back: requests go on. */
class RestartIT {
    private static final String EDGE_UPDATES = "http.edge.rds.meridian-edge.update_success";
    private static final String CLUSTER_UPDATES = "cluster_manager.cds.update_success";

    @TempDir
    static Path folder;

    private static TwoRegions world;

    @BeforeAll
    static void start() throws Exception {
        world = new TwoRegions(folder);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void routerThatRestartsResendsNothingToItsEnvoy() throws Exception {
        world.awaitAcked(world.control.revision());
        long edgeUpdates = world.east.stat(EDGE_UPDATES);
        long clusterUpdates = world.east.stat(CLUSTER_UPDATES);

        world.east.stopRouter();
        assertThat(world.east.get("/", "x-user-key", TwoRegions.keyOf(11)).statusCode())
                .as("without a router")
                .isEqualTo(200);
        world.east.restartRouter();
        Await.until(
                "Envoy is back",
                () -> world.east.router().ledger().entries().size() == 1
                        && world.east.router().ledger().entries().getFirst().acceptedRevision()
                                == world.control.revision());

        assertThat(world.east.stat(EDGE_UPDATES)).isEqualTo(edgeUpdates);
        assertThat(world.east.stat(CLUSTER_UPDATES)).isEqualTo(clusterUpdates);
        long revision = world.control.change(List.of(40), route -> route.setZone("east-2"));
        world.awaitAcked(revision);
        assertThat(world.east.stat(EDGE_UPDATES)).isEqualTo(edgeUpdates + 1);
    }

    @Test
    void routerThatRestartsUnderLoadCostsNoRequestAndResendsNothing() throws Exception {
        world.awaitAcked(world.control.revision());
        long edgeUpdates = world.east.stat(EDGE_UPDATES);
        long clusterUpdates = world.east.stat(CLUSTER_UPDATES);
        List<String> keys =
                IntStream.of(11, 600, 800).mapToObj(TwoRegions::keyOf).toList();

        try (var load = new Load(List.of(world.east, world.west), keys)) {
            for (int round = 0; round < 3; round++) {
                world.east.stopRouter();
                int before = load.answers();
                Await.until("requests go on without a router", () -> load.answers() > before + 100);
                world.east.restartRouter();
                world.awaitAcked(world.control.revision());
            }
            load.stop();

            assertThat(load.failures()).isEmpty();
        }
        assertThat(world.east.stat(EDGE_UPDATES)).isEqualTo(edgeUpdates);
        assertThat(world.east.stat(CLUSTER_UPDATES)).isEqualTo(clusterUpdates);
    }

    @Test
    void envoyThatStartsWhileTheRouterIsAwayRefusesConnectionsUntilItIsBack() throws Exception {
        world.awaitAcked(world.control.revision());
        world.east.stopRouter();
        world.east.envoy().kill();
        world.east.envoy().restart();

        assertThatThrownBy(() -> world.east.get("/", "x-user-key", TwoRegions.keyOf(11)))
                .isInstanceOf(ConnectException.class);
        assertThat(world.east.admin("/ready").strip()).endsWith("INITIALIZING");

        world.east.restartRouter();
        Await.until(
                "it serves",
                () -> world.east.get("/", "x-user-key", TwoRegions.keyOf(11)).statusCode() == 200);
        assertThat(world.east.get("/", "x-user-key", TwoRegions.keyOf(800)).body())
                .isEqualTo("west-1:");
    }

    @Test
    void envoyAndRouterRestartWhileTheControlPlaneIsAway() throws Exception {
        world.awaitAcked(world.control.revision());
        long revision = world.control.change(List.of(41), route -> route.setFrozenBy("mv-2"));
        world.awaitAcked(revision);
        world.control.stop();
        try {
            world.east.stopRouter();
            world.east.restartRouter();
            world.east.envoy().kill();
            world.east.envoy().restart();

            Await.until(
                    "the edge answers",
                    () -> world.east
                                    .get("/", "x-user-key", TwoRegions.keyOf(11))
                                    .statusCode()
                            == 200);
            assertThat(world.east.get("/", "x-user-key", TwoRegions.keyOf(800)).body())
                    .isEqualTo("west-1:");
            Await.until("the feed lease lapses", () -> world.east.router().feedLapsed());
            var frozen = world.east.get("/", "x-user-key", TwoRegions.keyOf(41));
            assertThat(frozen.statusCode()).isEqualTo(503);
            assertThat(frozen.headers().firstValue("retry-after")).isPresent();
        } finally {
            world.control.startAgain();
        }
        world.release(41, "west-1", 3);
        world.awaitAcked(world.control.revision());
        assertThat(world.east.get("/", "x-user-key", TwoRegions.keyOf(41)).body())
                .isEqualTo("west-1:");
    }

    @Test
    void routerThatDiesWhileItHoldsCostsNoRequestWhenItIsBackSoon() throws Exception {
        int shard = 42;
        world.freeze(shard);
        var held = world.east.postAsync("/held", "body", "x-user-key", TwoRegions.keyOf(shard));
        Await.until("held", () -> world.east.stat("cluster.meridian_hold.upstream_rq_active") == 1);

        world.east.stopRouter();
        world.east.restartRouter();
        world.release(shard, "west-1", 3);

        assertThat(held.join().body()).isEqualTo("west-1:body");
    }
}
