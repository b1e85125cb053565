package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Address, token, what is repeated, what is said when it does not work. */
class ReachingTest {
    private final PlayedControlPlane plane;

    ReachingTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void tokenOfTheEnvironmentGoesAsBearer() {
        plane.answers("GET /runs?limit=200", 200, "{\"runs\":[],\"next\":null}");

        var said = Said.by(plane, "runs");

        assertThat(said.exitCode()).isZero();
        assertThat(plane.asked().getFirst().authorization()).isEqualTo("Bearer s3cret");
    }

    @Test
    void optionsGoBeforeTheEnvironment(@TempDir Path folder) throws IOException {
        plane.answers("GET /runs?limit=200", 200, "{\"runs\":[],\"next\":null}");
        Path file = Files.writeString(folder.resolve("token"), "from-the-file\n");

        var said = Said.by(
                Map.of("MERIDIAN_API", "http://127.0.0.1:1", "MERIDIAN_TOKEN", "other"),
                "runs",
                "--api",
                plane.address() + "/",
                "--token-file",
                file.toString());

        assertThat(said.exitCode()).isZero();
        assertThat(plane.asked().getFirst().authorization()).isEqualTo("Bearer from-the-file");
    }

    @Test
    void missingTokenFileIsNamed() {
        var said = Said.by(Map.of("MERIDIAN_TOKEN_FILE", "/nowhere/admin.token"), "shards");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("the token cannot be read from /nowhere/admin.token");
    }

    @Test
    void withoutTokenNothingIsAsked() {
        var said = Said.by(Map.of("MERIDIAN_API", plane.address()), "shards");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("no token: ./meridian up writes one");
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void addressThatIsNoneIsAUsageFault() {
        var said = Said.by(Map.of("MERIDIAN_TOKEN", "x"), "shards", "--api", "127.0.0.1:21010");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err())
                .contains("'127.0.0.1:21010' is no address of a control plane, such as http://127.0.0.1:21010");
    }

    @Test
    void whereNothingListensTheAddressAndTheCureAreNamed() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        var said = Said.by(Map.of("MERIDIAN_API", "http://127.0.0.1:" + free, "MERIDIAN_TOKEN", "x"), "shards");

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(said.err())
                .contains("nothing answers at http://127.0.0.1:" + free)
                .contains("./meridian up");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void changeWhoseAnswerWasLostIsAskedAgainWithTheSameKey() {
        plane.loses("POST /moves")
                .refuses("POST /moves", 503, "outcome-unknown", "no majority answered in 3 s; ask again", "")
                .answers("POST /moves", 202, MoveTest.run("PLANNED", ""));

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1");

        assertThat(said.exitCode()).isZero();
        assertThat(plane.asked()).hasSize(3);
        assertThat(plane.asked())
                .extracting(PlayedControlPlane.Asked::idempotencyKey)
                .allMatch(key -> key.matches("[0-9a-f-]{36}"))
                .containsOnly(plane.asked().getFirst().idempotencyKey());
    }

    @Test
    void twoCommandsHaveTwoKeys() {
        plane.answers("POST /moves", 202, MoveTest.run("PLANNED", ""));

        Said.by(plane, "move", "--shards", "0-340", "--to", "west-1");
        Said.by(plane, "move", "--shards", "0-340", "--to", "west-1");

        assertThat(plane.asked())
                .extracting(PlayedControlPlane.Asked::idempotencyKey)
                .doesNotHaveDuplicates();
    }

    @Test
    void answersThatStayLostAreUnreachableAndTheOutcomeUnknown() {
        plane.loses("POST /moves");

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1");

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNKNOWN.number());
        assertThat(said.err())
                .contains("no answer from " + plane.address())
                .contains("whether a change took effect is not known");
    }

    @Test
    void refusalIsShownWholeWithItsPlaces() {
        plane.refuses(
                "POST /moves",
                422,
                "move-overlaps",
                "shards 0-10 are being moved by mv-3; wait for it, or cancel it",
                "{\"pointer\": \"/shards\", \"detail\": \"0-10\"}");

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--json");

        assertThat(said.exitCode()).isEqualTo(ExitCode.CONFLICT.number());
        assertThat(said.err())
                .contains("refused: shards 0-10 are being moved by mv-3; wait for it, or cancel it")
                .contains("  /shards: 0-10")
                .contains("(422, urn:meridian:problem:move-overlaps)");
        assertThat(said.out()).contains("\"type\" : \"urn:meridian:problem:move-overlaps\"");
    }

    @Test
    void wrongTokenIsToldWithWhereTokensComeFrom() {
        plane.refuses("GET /shards", 401, "unauthenticated", "the bearer token is not one of ours", "");

        var said = Said.by(plane, "shards");

        assertThat(said.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(said.err()).contains("the bearer token is not one of ours").contains("MERIDIAN_TOKEN_FILE");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void problemWithoutPlacesIsShown() {
        plane.answers(
                "GET /topology",
                404,
                "{\"type\": \"urn:meridian:problem:no-topology\", \"status\": 404, \"detail\": \"there is no topology"
                        + " yet\", \"revision\": \"0\"}");

        var said = Said.by(plane, "topology", "show");

        assertThat(said.exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(said.err())
                .isEqualTo("refused: there is no topology yet\n  (404, urn:meridian:problem:no-topology)\n");
    }

    @Test
    void answerThatIsNoProblemDocumentIsShown() {
        plane.answers("GET /shards", 502, "Bad gateway: no upstream");

        var said = Said.by(plane, "shards");

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(said.err())
                .contains("HTTP 502 from " + plane.address() + "/api/v1/shards: Bad gateway: no upstream");
    }

    @Test
    void anotherProgramAtTheAddressIsNotUnderstood() {
        plane.answers("GET /shards", 200, "<html>hello</html>");

        var said = Said.by(plane, "shards");

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(said.err()).contains("not understood: ").contains("is this the control plane's address?");
    }
}
