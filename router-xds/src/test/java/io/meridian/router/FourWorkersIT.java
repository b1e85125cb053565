package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each worker of an Envoy keeps the parsed map of its own; shards move under all four. */
class FourWorkersIT {
    private static final List<Integer> SHARDS =
            IntStream.range(100, 200).boxed().toList();
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = Scale.of("four-workers-rounds", 6);

    @TempDir
    static Path folder;

    @Test
    void everyWorkerRoutesByTheNewMapAndEachRequestIsExecutedOnceByItsOwner() throws Exception {
        List<String> keys = SHARDS.stream().map(TwoRegions::keyOf).toList();
        try (var world = new TwoRegions(folder, Region.Setup.USUAL.workers(4));
                var load = new Load(List.of(world.east, world.west), keys)) {
            world.west1.fence(SHARDS);
            for (int round = 0; round < ROUNDS; round++) {
                world.move(SHARDS, world.east1, world.west1, round * 4 + 3);
                awaitEveryWorker(world, load, keys, "west-1");
                world.move(SHARDS, world.west1, world.east1, round * 4 + 5);
                awaitEveryWorker(world, load, keys, "east-1");
            }
            load.stop();
            System.out.printf("%d requests, %d moves under four workers%n", load.answers(), 2 * ROUNDS);

            assertThat(load.failures()).isEmpty();
            Map<String, Long> executions = Stream.of(world.east1, world.west1)
                    .flatMap(zone -> zone.executed().stream())
                    .filter(executed -> executed.path().startsWith("/load/"))
                    .collect(Collectors.groupingBy(ZoneApplication.Executed::path, Collectors.counting()));
            assertThat(executions.keySet()).containsExactlyInAnyOrderElementsOf(load.acknowledged());
            assertThat(executions.values()).allMatch(times -> times == 1);
            for (int worker = 0; worker < 4; worker++) {
                assertThat(world.east.stat("listener.127.0.0.1_" + world.east.edgePort() + ".worker_" + worker
                                + ".downstream_cx_total"))
                        .as("connections of worker " + worker)
                        .isPositive();
            }
        }
    }

    /** An ACK says that the main thread accepted it; the workers follow. */
    private static void awaitEveryWorker(TwoRegions world, Load load, List<String> keys, String zone) {
        int before = load.answers();
        Await.until(
                "every worker routes to " + zone,
                () -> routedAtOnce(world, "/to/" + zone, keys).equals(zone + ":"));
        Await.until("the load goes on", () -> load.answers() > before + 100);
    }

    /** Over as many new connections that every worker has some; nobody may have to ask the hold endpoint. */
    private static String routedAtOnce(TwoRegions world, String path, List<String> keys) {
        try (var crowd = new Crowd(world.vertx, world.east.edgePort(), HttpVersion.HTTP_1_1)) {
            var answers = IntStream.range(0, CONNECTIONS)
                    .mapToObj(number -> crowd.post(path, keys.get(number % keys.size()), Buffer.buffer()))
                    .toList();
            return answers.stream()
                    .map(answer -> answer.join().text() + answer.join().via())
                    .distinct()
                    .collect(Collectors.joining(" and "));
        }
    }
}
