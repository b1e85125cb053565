package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGKILL of what matters, in the middle of a load or a move: the run ends, nothing is lost (invariants 2, 5, 8). Requests may fail. */
class FaultsDuringMoveIT {
    private static final String SHARDS = "0-127";
    private static final Set<String> GOOD_ENDS = Set.of("DONE", "ROLLED_BACK");

    private final TestRegions regions = TestRegions.shared();
    private final ControlPlaneApi api = regions.api();

    @BeforeEach
    void atHome() throws Exception {
        regions.bringHome(SHARDS, "east-1");
    }

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        regions.healAndRestart();
    }

    @Test
    void theSyncAgentKilledInTheMiddleOfALoadLosesAndDoublesNothing() throws Exception {
        try (var load = LoadProcess.start(regions, 100, Duration.ofMinutes(3))) {
            regions.awaitWrites(200);
            regions.kill("east/sync-agent");
            regions.restart("east/sync-agent");
            regions.kill("west/sync-agent");
            regions.restart("west/sync-agent");

            judge(load);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"leader", "east/router-xds", "east/envoy", "east/sync-agent", "west/sync-agent"})
    void aKillInTheMiddleOfAMoveEndsTheRunAndLosesNothing(String victim) throws Exception {
        regions.allowLag(Duration.ofMinutes(5));
        try (var load = LoadProcess.start(regions, 60, Duration.ofMinutes(3))) {
            regions.awaitWrites(100);
            String process = victim.equals("leader") ? regions.leader() + "/control-plane" : victim;
            // Its last writes cannot arrive, so the move is in the middle for as long as the test wants.
            regions.stallKafka("west", "east");
            String id = api.startMove(SHARDS, "west-1");
            regions.awaitState(id, "CATCHING_UP");
            regions.kill(process);
            assertThat(regions.runOnceAnswered(id).path("endedAt").isNull())
                    .as("the kill met the move in its middle")
                    .isTrue();
            regions.heal("west", "east");
            regions.restart(process);

            JsonNode run = regions.awaitEnd(id);

            System.out.println("killed " + process + ": " + id + " ended "
                    + run.path("state").asText() + ", steps " + run.path("steps"));
            assertThat(run.path("state").asText()).as(run.toString()).isIn(GOOD_ENDS);
            judge(load);
        }
    }

    private void judge(LoadProcess load) throws Exception {
        regions.awaitWrites(100); // what was killed is back, and writes arrive
        JsonNode judged = load.endNow();
        System.out.println("load: " + judged);
        assertThat(judged.path("acknowledged").asLong()).isPositive();
        assertThat(judged.path("lost").asLong()).as(judged.toString()).isZero();
        assertThat(judged.path("doubled").asLong()).as(judged.toString()).isZero();
        regions.assertAllEqual();
    }
}
