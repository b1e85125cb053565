package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinsTest {
    private final PlayedControlPlane plane;

    PinsTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void aUserIsPinnedForAsLongAsWasSaid() throws Exception {
        plane.answers(
                "POST /pins",
                201,
                "{\"name\":\"grey\",\"key\":\"alice\",\"prefix\":null,\"to\":\"east-2\",\"until\":\"2027-01-01T00:00:00Z\",\"holds\":true}");

        var said = Said.by(plane, "pins", "add", "grey", "--key", "alice", "--to", "east-2", "--for", "2h");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out()).isEqualTo("alice to east-2 until 2027-01-01T00:00:00Z\n");
        var body = new ObjectMapper().readTree(plane.asked().getFirst().body());
        assertThat(body.path("key").asText()).isEqualTo("alice");
        assertThat(body.has("prefix")).isFalse();
        assertThat(Duration.between(
                        Instant.now(), Instant.parse(body.path("until").asText())))
                .isBetween(Duration.ofMinutes(115), Duration.ofHours(2));
    }

    @Test
    void aPopulationIsPinnedUntilATimeAndListed() {
        String stress =
                "{\"name\":\"stress\",\"key\":null,\"prefix\":\"stress-\",\"to\":\"east-2\",\"until\":\"2027-01-01T00:00:00Z\",\"holds\":null}";
        plane.answers("POST /pins?dryRun=true", 200, stress)
                .answers("GET /pins", 200, "{\"pins\":[" + stress + "]}")
                .answers("DELETE /pins/stress", 200, "{\"pins\":[]}");

        var dry = Said.by(
                plane,
                "pins",
                "add",
                "stress",
                "--prefix",
                "stress-",
                "--to",
                "east-2",
                "--until",
                "2027-01-01T00:00:00Z",
                "--dry-run");
        var listed = Said.by(plane, "pins", "list");
        var removed = Said.by(plane, "pins", "remove", "stress");

        assertThat(dry.out()).isEqualTo("could be pinned: stress-... to east-2 until 2027-01-01T00:00:00Z\n");
        assertThat(plane.asked().getFirst().body())
                .isEqualTo(
                        "{\"name\":\"stress\",\"prefix\":\"stress-\",\"to\":\"east-2\",\"until\":\"2027-01-01T00:00:00Z\"}");
        assertThat(listed.out()).contains("stress-...", "east-2", "2027-01-01T00:00:00Z");
        assertThat(removed.out()).isEqualTo("pin stress is gone\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--key a --to east-2 --for soon",
                "--key a --to east-2 --until tomorrow",
                "--key a --to east-2",
                "--key a --prefix b --to east-2 --for 1h",
                "--to east-2 --for 1h"
            })
    void whatIsNoPinIsAUsageErrorAndAsksNobody(String arguments) {
        var said = Said.by(plane, ("pins add grey " + arguments).split(" "));

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).isNotBlank();
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void onePinIsShownAndOneThatIsNotThereIsNot() {
        plane.answers(
                        "GET /pins/grey",
                        200,
                        "{\"name\": \"grey\", \"key\": \"alice\", \"prefix\": null, \"to\": \"east-2\", \"until\":"
                                + " \"2027-01-01T00:00:00Z\", \"holds\": true}")
                .refuses("GET /pins/red", 404, "unknown-pin", "there is no pin 'red'", "");

        assertThat(Said.by(plane, "pins", "show", "grey").out()).isEqualTo("""
            Name  Keys   Zone    Until                 Holds
            grey  alice  east-2  2027-01-01T00:00:00Z  yes
            """);
        assertThat(Said.by(plane, "pins", "show", "red").exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
    }
}
