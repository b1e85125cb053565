package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An Envoy is replaced by a new one in its place, as for an upgrade, while it holds requests and others go on. */
class HotRestartIT {
    @TempDir
    static Path folder;

    @Test
    void whatTheOldOneHoldsIsAnsweredAndTheNewOneTakesTheRest() throws Exception {
        int shard = 42;
        int count = 50;
        String key = TwoRegions.keyOf(shard);
        List<String> others =
                IntStream.of(20, 600, 800).mapToObj(TwoRegions::keyOf).toList();
        int baseId = ThreadLocalRandom.current().nextInt(1_000, 30_000);
        try (var world = new TwoRegions(folder, Region.Setup.USUAL.hotRestart(baseId));
                var load = new Load(List.of(world.east, world.west), others)) {
            world.freeze(shard);
            var heldBefore = ask(world, "/before/", count, key);
            world.east.awaitWaiting(count);

            world.east.hotRestart();
            Await.until(
                    "the new one is in place",
                    () -> world.east.admin("/server_info").contains("\"restart_epoch\": 1")
                            && world.east.admin("/ready").strip().equals("LIVE"));
            assertThat(world.east.draining()).isTrue();
            var heldAfter = ask(world, "/after/", count, key);
            world.east.awaitWaiting(2 * count);
            int before = load.answers();
            Await.until("requests go on", () -> load.answers() > before + 200);
            world.release(shard, "west-1", 3);

            assertThat(List.of(heldBefore, heldAfter))
                    .allSatisfy(held -> assertThat(held)
                            .allSatisfy(
                                    answer -> assertThat(answer.join().body()).isEqualTo("west-1:body")));
            Await.until("the old one is gone", () -> !world.east.draining());
            load.stop();
            assertThat(load.failures()).isEmpty();
        }
    }

    private static List<CompletableFuture<HttpResponse<String>>> ask(
            TwoRegions world, String path, int count, String key) {
        return IntStream.range(0, count)
                .mapToObj(number -> world.east.postAsync(path + number, "body", "x-user-key", key))
                .toList();
    }
}
