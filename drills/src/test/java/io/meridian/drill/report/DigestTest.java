package io.meridian.drill.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestTest {
    private static final int LONGEST = 64_000;

    @Test
    void aShortReportStaysWholeAndTellsNoFolderOfTheMachine() {
        Report report = report(20);

        JsonNode digest = Digest.of(report, LONGEST);

        assertThat(digest.path("secondsPerPoint").asInt()).isEqualTo(1);
        assertThat(digest.path("curve")).hasSize(20);
        assertThat(digest.path("lag")).hasSize(40);
        assertThat(digest.path("runs").path(0).path("file").asText()).isEqualTo("mv-1.json");
    }

    @Test
    void aLongOneIsAddedUpUntilItFitsAndNoFailureOrWorstLagIsLost() {
        Report report = report(3000);

        JsonNode digest = Digest.of(report, LONGEST);

        assertThat(digest.toString().length()).isLessThanOrEqualTo(LONGEST);
        assertThat(digest.path("secondsPerPoint").asInt()).isGreaterThan(1);
        long failed = 0;
        for (JsonNode point : digest.path("curve")) {
            failed += point.path("failed").asLong();
        }
        assertThat(failed).isEqualTo(3000);
        assertThat(digest.path("lag").findValues("millis").stream().mapToLong(JsonNode::asLong))
                .contains(2999L);
    }

    private static Report report(int seconds) {
        List<Report.Second> curve = new ArrayList<>();
        List<Report.Lag> lag = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            curve.add(new Report.Second(second, 40, 1));
            lag.add(new Report.Lag(second, "east", "west", (long) second, 1L));
            lag.add(new Report.Lag(second, "west", "east", null, null));
        }
        return new Report(
                Report.FORMAT,
                "a",
                "lose-link",
                "why",
                "up",
                "east <-> west",
                "2026-11-27T10:00:00Z",
                seconds,
                Report.Outcome.PASSED,
                null,
                List.of(),
                new Report.Clients(
                        24, 1, 100, 7, List.of(), 0, 0, 1.5, List.of(), 1, null, 93, true, 0L, 0L, 0L, List.of()),
                List.of(),
                List.of(),
                curve,
                lag,
                List.of(new Report.RunProof(
                        "mv-1", "MOVE", "DONE", 3, null, null, null, true, "/home/somebody/drills/a/mv-1.json")),
                List.of(),
                "name: lose-link\n",
                List.of());
    }
}
