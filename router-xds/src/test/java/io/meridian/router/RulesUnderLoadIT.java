package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules change again and again while both edges send: nobody notices, and nothing piles up. */
class RulesUnderLoadIT {
    private static final int CHANGES = Scale.of("changes", 200);

    /** By then every cache and pool has its size. */
    private static final int WARM = 50;

    private static final long ENVOY_GROWS_AT_MOST = 2L << 20;
    private static final long HEAP_GROWS_AT_MOST = 4L << 20;

    @TempDir
    static Path folder;

    @Test
    void noRequestFailsAndNoMemoryGrowsWhileRulesChange() throws Exception {
        List<Integer> moving = IntStream.range(400, 500).boxed().toList();
        List<String> keys = IntStream.of(400, 450, 499, 600, 800)
                .mapToObj(TwoRegions::keyOf)
                .toList();
        try (var world = new TwoRegions(folder);
                var load = new Load(List.of(world.east, world.west), keys)) {
            long envoyWarm = 0;
            long heapWarm = 0;
            for (int change = 0; change < CHANGES; change++) {
                String zone = change % 2 == 0 ? "east-2" : "east-1";
                world.awaitAcked(world.control.change(moving, route -> route.setZone(zone)));
                if (change == WARM) {
                    envoyWarm = world.east.memory();
                    heapWarm = heap(world);
                }
            }
            long envoyGrew = world.east.memory() - envoyWarm;
            long heapGrew = heap(world) - heapWarm;
            load.stop();

            System.out.printf(
                    "%d changes, %d requests: Envoy grew by %d bytes, heap by %d%n",
                    CHANGES, load.answers(), envoyGrew, heapGrew);
            assertThat(load.failures()).isEmpty();
            world.control.change(moving, route -> route.setZone("west-1"));
            Await.until(
                    "the last rule is in use",
                    () -> world.east
                            .get("/last", "x-user-key", keys.getFirst())
                            .body()
                            .equals("west-1:"));
            assertThat(load.answers()).isGreaterThan(CHANGES);
            assertThat(envoyGrew).isLessThan(ENVOY_GROWS_AT_MOST);
            assertThat(heapGrew).isLessThan(HEAP_GROWS_AT_MOST);
            assertThat(world.east.stat("http.edge.rds.meridian-edge.update_rejected"))
                    .isZero();
        }
    }

    /** The router's is the test's; what the zones noted of requests is not the router's. */
    private static long heap(TwoRegions world) {
        for (ZoneApplication zone : List.of(world.east1, world.east2, world.west1)) {
            zone.forget();
        }
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
