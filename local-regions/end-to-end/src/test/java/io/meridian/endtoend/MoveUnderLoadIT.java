package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Invariants 1, 2, 4 and 5 on three whole regions: planned moves under load, with nothing killed. */
class MoveUnderLoadIT {
    private static final int RATE = 80;
    /** Four moves of 11 waves took up to 62 s on two busy cores, and a slower machine takes its time. */
    private static final Duration LOAD = Duration.ofSeconds(120);

    private static final String THIRD = "0-340";

    private final TestRegions regions = TestRegions.shared();
    private final ControlPlaneApi api = regions.api();

    @BeforeEach
    void atHome() throws Exception {
        regions.bringHome(THIRD, "east-1");
    }

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        regions.healAndRestart();
    }

    @Test
    void aThirdOfTheShardsMovesThereAndBackTwiceAndNothingIsLost() throws Exception {
        try (var load = LoadProcess.start(regions, RATE, LOAD)) {
            for (int round = 1; round <= 2; round++) {
                for (String to : new String[] {"west-1", "east-1"}) {
                    JsonNode run = regions.awaitEnd(api.startMove(THIRD, to));

                    assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("DONE");
                    Certificates.print(run, regions.folder());
                    Certificates.assertNothingLost(run, 341);
                }
            }
            assertThat(load.running()).as("the moves took place under load").isTrue();

            JsonNode judged = load.result();

            System.out.println("load: " + judged);
            assertThat(judged.path("requests").asLong()).isGreaterThan(LOAD.toSeconds() * RATE * 9 / 10);
            assertThat(judged.path("acknowledged").asLong()).isPositive();
            assertThat(judged.path("pauseMillis").path("max").isNull())
                    .as("requests were held by the moves: " + judged)
                    .isFalse();
            assertThat(judged.path("failed").asLong()).as(judged.toString()).isZero();
            assertThat(judged.path("lost").asLong()).as(judged.toString()).isZero();
            assertThat(judged.path("doubled").asLong()).as(judged.toString()).isZero();
        }
        regions.assertAllEqual();
    }

    @Test
    void aMoveCancelledWhileItCatchesUpRollsBackAndTheNextOneWorks() throws Exception {
        try (var load = LoadProcess.start(regions, 60, Duration.ofMinutes(3))) {
            regions.stallKafka("west", "east");
            String id = api.startMove("0-31", "west-1"); // one wave
            regions.awaitState(id, "CATCHING_UP");

            assertThat(api.cancel(id).status()).isBetween(200, 202);
            JsonNode cancelled = regions.awaitEnd(id);

            assertThat(cancelled.path("state").asText())
                    .as(cancelled.toString())
                    .isEqualTo("ROLLED_BACK");
            assertThat(cancelled.path("rolledBack").asInt()).isEqualTo(32);
            regions.heal("west", "east");
            JsonNode second = regions.awaitEnd(api.startMove("0-31", "west-1"));
            assertThat(second.path("state").asText()).as(second.toString()).isEqualTo("DONE");
            Certificates.assertNothingLost(second, 32);

            JsonNode judged = load.endNow();
            System.out.println("load: " + judged);
            assertThat(judged.path("failed").asLong()).as(judged.toString()).isZero();
            assertThat(judged.path("lost").asLong()).as(judged.toString()).isZero();
            assertThat(judged.path("doubled").asLong()).as(judged.toString()).isZero();
        }
        regions.assertAllEqual();
    }
}
