package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParkedTest {
    private static final String PARKED = """
        [{"region": "west", "group": "main", "source": "east", "shard": 17, "waiting": "REFUSED", "position": "0/7", "epoch": 3,
          "reason": "column nick is missing", "since": "2026-11-26T10:00:00.123Z", "records": 3, "bytes": 120},
         {"region": "west", "group": "main", "source": "east", "shard": 4, "waiting": "BARRIER", "position": "0/9", "epoch": 5,
          "reason": "", "since": "2026-11-26T10:00:01Z", "records": 1, "bytes": 40}]\
        """;

    private final PlayedControlPlane plane;

    ParkedTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void whatWaitsIsListedAndShown() {
        plane.answers("GET /parked", 200, PARKED);

        assertThat(Said.by(plane, "parked").out()).isEqualTo("""
            REGION  SOURCE  SHARD  WAITING  SINCE                 RECORDS  BYTES  REASON
            west    east       17  REFUSED  2026-11-26T10:00:00Z        3    120  column nick is missing
            west    east        4  BARRIER  2026-11-26T10:00:01Z        1     40
            """);
        assertThat(Said.by(plane, "parked", "show", "west", "east", "17").out()).isEqualTo("""
            shard 17 from east waits in west, group main, since 2026-11-26T10:00:00Z
              oldest at 0/7, epoch 3, REFUSED: column nick is missing
              3 records, 120 bytes
            """);
    }

    @Test
    void whereNothingWaitsThatIsSaid() {
        plane.answers("GET /parked", 200, "[]");

        assertThat(Said.by(plane, "parked").out()).isEqualTo("nothing waits\n");
        Said said = Said.by(plane, "parked", "skip", "west", "east", "17", "--reason", "why");
        assertThat(said.exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(said.err()).startsWith("nothing of shard 17 from east waits in west");
    }

    @Test
    void aSkipTakesThePositionFromTheListAndWaitsForTheOutcome() {
        plane.answers("GET /parked", 200, PARKED)
                .accepts(
                        "POST /parked/west/main/east/17/skip",
                        "/api/v1/parked/orders/po-1",
                        "{\"id\": \"po-1\", \"state\": \"PENDING\"}")
                .answers("GET /parked/orders/po-1", 200, "{\"id\": \"po-1\", \"state\": \"PENDING\"}")
                .answers("GET /parked/orders/po-1", 200, "{\"id\": \"po-1\", \"state\": \"DONE\"}");

        var said = Said.by(plane, "parked", "skip", "west", "east", "17", "--reason", "dropped here");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out()).contains("oldest at 0/7").endsWith("skipped  po-1\n");
        assertThat(plane.asked().get(1).body()).isEqualTo("{\"position\":\"0/7\",\"reason\":\"dropped here\"}");
        assertThat(plane.asked().get(1).reason()).isEqualTo("dropped%20here");
    }

    @Test
    void aRetryThatFailedSaysWhy() {
        plane.answers("GET /parked", 200, PARKED)
                .accepts(
                        "POST /parked/west/main/east/4/retry",
                        "/api/v1/parked/orders/po-2",
                        "{\"id\": \"po-2\", \"state\": \"FAILED\", \"problem\": \"still not there\"}");

        var said = Said.by(plane, "parked", "retry", "west", "east", "4", "--group", "main");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).endsWith("not done  po-2: still not there\n");
        assertThat(plane.asked().getLast().body()).isEqualTo("{\"position\":\"0/9\"}");
    }

    @Test
    void aSkipWithoutAReasonIsAUsageErrorAndAsksNobody() {
        var said = Said.by(
                Map.of("MERIDIAN_API", plane.address(), "MERIDIAN_TOKEN", "x"), "parked", "skip", "west", "east", "17");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("--reason");
        assertThat(plane.asked()).isEqualTo(List.of());
    }
}
