package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane is gone for longer than the feed lease. */
class ControlPlaneAwayIT {
    private static final int ANSWERS = Scale.of("away-answers", 1_000);

    @TempDir
    static Path folder;

    @Test
    void routingGoesOnByTheLastTruthAndWhatIsFrozenIsAnswered503() throws Exception {
        int frozen = 41;
        List<String> keys =
                IntStream.of(20, 600, 800).mapToObj(TwoRegions::keyOf).toList();
        try (var world = new TwoRegions(folder);
                var load = new Load(List.of(world.east, world.west), keys)) {
            world.freeze(frozen);
            var held = world.east.postAsync("/held", "body", "x-user-key", TwoRegions.keyOf(frozen));
            world.east.awaitWaiting(1);

            world.control.stop();
            var answer = held.join();
            Await.until("the feed lease lapses", () -> world.west.router().feedLapsed());
            var later = world.west.post("/later", "body", "x-user-key", TwoRegions.keyOf(frozen));
            int before = load.answers();
            Await.until("requests go on", () -> load.answers() > before + ANSWERS, load::failures);

            assertThat(List.of(answer, later)).allSatisfy(no -> {
                assertThat(no.statusCode()).isEqualTo(503);
                assertThat(no.headers().firstValue("retry-after")).hasValue("1");
                assertThat(no.headers().firstValue("x-meridian-reason")).hasValue("feed_lapsed");
            });

            world.control.startAgain();
            world.awaitAcked(world.release(frozen, "west-1", 3));
            load.stop();
            assertThat(load.failures()).isEmpty();
            assertThat(world.east
                            .post("/again", "body", "x-user-key", TwoRegions.keyOf(frozen))
                            .body())
                    .isEqualTo("west-1:body");
        }
    }
}
