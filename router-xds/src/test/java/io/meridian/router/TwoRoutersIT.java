package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A region with two routers: Envoy takes its rules from either and asks both to hold. */
class TwoRoutersIT {
    private static final String WAITING = "meridian_hold_waiting_requests";

    @TempDir
    static Path folder;

    @Test
    void whatADyingRouterHeldIsHeldByTheOther() throws Exception {
        int shard = 42;
        int count = 200;
        String key = TwoRegions.keyOf(shard);
        List<String> others =
                IntStream.of(20, 600, 800).mapToObj(TwoRegions::keyOf).toList();
        try (var world = new TwoRegions(folder, Region.Setup.USUAL.routers(2));
                var load = new Load(List.of(world.east), others)) {
            world.freeze(shard);
            List<CompletableFuture<HttpResponse<String>>> held = IntStream.range(0, count)
                    .mapToObj(number -> world.east.postAsync("/held/" + number, "body " + number, "x-user-key", key))
                    .toList();
            Await.until("both hold some", () -> world.east.meter(0, WAITING) + world.east.meter(1, WAITING) == count);
            assertThat(world.east.meter(0, WAITING)).isBetween(count / 4.0, count * 3 / 4.0);

            world.east.stopRouter(0);
            Await.until(
                    "the other holds them all",
                    () -> world.east.meter(1, WAITING) == count,
                    () -> world.east.meter(1, WAITING) + " wait, answered: "
                            + held.stream()
                                    .filter(CompletableFuture::isDone)
                                    .map(answer -> answer.join().statusCode() + " "
                                            + answer.join().headers().map())
                                    .toList());
            world.release(shard, "west-1", 3);

            assertThat(held)
                    .allSatisfy(answer -> assertThat(answer.join().body()).startsWith("west-1:body "));
            world.east.startRouter(0);
            world.awaitAcked(world.control.revision());
            load.stop();
            assertThat(load.failures()).isEmpty();
        }
    }
}
