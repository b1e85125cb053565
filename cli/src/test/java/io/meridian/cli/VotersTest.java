package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VotersTest {
    private static final String SHOWN = """
        {"node": "west", "state": "RUNNING", "leader": "west", "revision": 7, "logicVersion": 1, "asked": [], "voters": [
         {"id": "east", "address": "10.0.1.5:21012", "answers": false, "role": null, "state": null, "term": null,
          "written": null, "committed": null, "applied": null, "snapshot": null, "lag": null, "supports": null},
         {"id": "west", "address": "10.0.2.5:21112", "answers": true, "role": "LEADER", "state": "RUNNING", "term": 3,
          "written": 812, "committed": 812, "applied": 812, "snapshot": 500, "lag": 0, "supports": 1}]}\
        """;

    private final PlayedControlPlane plane;

    VotersTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void votersAreListedAndASilentOneIsSaidToBe() {
        plane.answers("GET /control-plane", 200, SHOWN);

        var said = Said.by(plane, "voters");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).isEqualTo("""
            VOTER  ADDRESS         ROLE      STATE    TERM  APPLIED  SNAPSHOT  LAG  LOGIC
            east   10.0.1.5:21012  (silent)  -        -     -        -         -    -
            west   10.0.2.5:21112  leader    running  3     812      500       0    1
            leader west, logic version 1, told by west (running)
            """);
    }

    @Test
    void aReplacementSaysWhomAndWhere() {
        plane.answers("POST /control-plane/voters", 200, SHOWN);

        var said = Said.by(plane, "voters", "replace", "east", "east-2=10.0.1.5:21012");

        assertThat(said.exitCode()).isZero();
        assertThat(plane.asked().getFirst().body())
                .isEqualTo("{\"id\":\"east-2\",\"address\":\"10.0.1.5:21012\",\"replaces\":\"east\"}");
        assertThat(plane.asked().getFirst().idempotencyKey()).isNotEqualTo("null");
    }

    @Test
    void aDryRunTellsWhoWouldVote() {
        plane.answers(
                "DELETE /control-plane/voters/east?dryRun=true",
                200,
                "{\"voters\":[\"north\",\"west\"],\"change\":\"remove voter east\"}");

        var said = Said.by(plane, "voters", "remove", "east", "--dry-run");

        assertThat(said.out()).isEqualTo("would remove voter east; voters then: north, west\n");
    }

    @Test
    void aRefusalToRaiseTheLogicIsShown() {
        plane.refuses("POST /control-plane/logic-version", 409, "logic-not-supported", "c knows up to 1", "");

        var said = Said.by(plane, "voters", "raise-logic", "2");

        assertThat(said.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(said.err()).contains("c knows up to 1");
        assertThat(plane.asked().getFirst().body()).isEqualTo("{\"version\":2}");
    }
}
