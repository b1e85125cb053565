package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What programs are told by the number alone: what to do next, and above all whether something may have been changed. */
class ExitCodeTest {
    private static final String[] MOVE = {"move", "--shards", "0-340", "--to", "west-1"};

    private final PlayedControlPlane plane;

    ExitCodeTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    record Refusal(int status, String type, ExitCode code) {}

    static final List<Refusal> REFUSALS = List.of(
            new Refusal(400, "invalid-argument", ExitCode.USAGE),
            new Refusal(400, "reason-missing", ExitCode.USAGE),
            new Refusal(401, "token-expired", ExitCode.REFUSED),
            new Refusal(403, "forbidden", ExitCode.REFUSED),
            new Refusal(409, "residency", ExitCode.REFUSED),
            new Refusal(409, "no-room", ExitCode.REFUSED),
            new Refusal(409, "brake-on", ExitCode.REFUSED),
            new Refusal(404, "unknown-zone", ExitCode.NOT_FOUND),
            new Refusal(409, "no-topology", ExitCode.NOT_FOUND),
            new Refusal(409, "move-overlaps", ExitCode.CONFLICT),
            new Refusal(412, "revision-conflict", ExitCode.CONFLICT),
            new Refusal(422, "idempotency-key-reused", ExitCode.CONFLICT),
            new Refusal(503, "not-ready", ExitCode.UNAVAILABLE),
            new Refusal(503, "outcome-unknown", ExitCode.UNKNOWN),
            new Refusal(409, "of-a-newer-release", ExitCode.REFUSED),
            new Refusal(404, "of-a-newer-release", ExitCode.NOT_FOUND),
            new Refusal(412, "of-a-newer-release", ExitCode.CONFLICT),
            new Refusal(428, "of-a-newer-release", ExitCode.CONFLICT));

    @ParameterizedTest
    @FieldSource("REFUSALS")
    void aRefusalEndsWithWhatCanBeDoneAboutIt(Refusal refusal) {
        plane.refuses("POST /moves", refusal.status(), refusal.type(), "no", "");

        assertThat(Said.by(plane, MOVE).exitCode()).isEqualTo(refusal.code().number());
    }

    @Test
    void aPathThatSomethingElseDoesNotHaveSaysNothingAboutWhatIsNamed() {
        plane.answers("GET /runs/mv-1", 404, "<html>no such page</html>");

        assertThat(Said.by(plane, "runs", "mv-1").exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
    }

    /** Answers to one change, in order, and what is known after them. */
    record Attempts(String what, List<String> answers, ExitCode code) {}

    static final List<Attempts> ATTEMPTS = List.of(
            new Attempts("lost, then nobody is ready", List.of("lost", "503 not-ready"), ExitCode.UNKNOWN),
            new Attempts("lost, then the token has expired", List.of("lost", "401 token-expired"), ExitCode.UNKNOWN),
            new Attempts("lost, then a rule answers for both", List.of("lost", "409 no-room"), ExitCode.REFUSED),
            new Attempts(
                    "unknown, then a rule answers for both",
                    List.of("503 outcome-unknown", "409 no-room"),
                    ExitCode.REFUSED),
            new Attempts("a proxy between gave up", List.of("504"), ExitCode.UNKNOWN),
            new Attempts("lost, then a proxy knows no such path", List.of("lost", "404"), ExitCode.UNKNOWN),
            new Attempts("accepted in words that are not understood", List.of("200"), ExitCode.UNKNOWN));

    @ParameterizedTest
    @FieldSource("ATTEMPTS")
    void aChangeWhoseOutcomeIsOpenIsNeverTakenForARefusal(Attempts attempts) {
        for (String answer : attempts.answers()) {
            String[] words = answer.split(" ");
            if (answer.equals("lost")) {
                plane.loses("POST /moves");
            } else if (words.length == 2) {
                plane.refuses("POST /moves", Integer.parseInt(words[0]), words[1], "no", "");
            } else {
                plane.answers("POST /moves", Integer.parseInt(answer), "<html>");
            }
        }

        var said = Said.by(plane, MOVE);

        assertThat(said.exitCode()).as(said.err()).isEqualTo(attempts.code().number());
        String key = plane.asked().getFirst().idempotencyKey();
        if (attempts.code() == ExitCode.UNKNOWN) {
            assertThat(said.err()).contains("the same command again with --change-key " + key + " does it once");
        } else {
            assertThat(said.err()).doesNotContain("--change-key");
        }
    }

    @Test
    void theSameKeyAgainAsksForTheSameChange() throws IOException {
        plane.loses("POST /moves");
        String key = new ObjectMapper()
                .readTree(Said.by(plane, with(MOVE, "--json")).out())
                .path("key")
                .asText();
        assertThat(key).isEqualTo(plane.asked().getFirst().idempotencyKey());
        try (var recovered = PlayedControlPlane.start()) {
            recovered.answers("POST /moves", 202, MoveTest.run("PLANNED", ""));

            var again = Said.by(recovered, with(MOVE, "--change-key", key));

            assertThat(again.exitCode()).isZero();
            assertThat(recovered.asked().getFirst().idempotencyKey()).isEqualTo(key);
        }
    }

    @Test
    void aKeyThatNoHeaderCanHoldIsAUsageFault() {
        var said = Said.by(plane, with(MOVE, "--change-key", "one two"));

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("--change-key is 1 to 128 visible ASCII characters");
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void aQuestionOrADryRunThatIsNotAnsweredChangedNothing() {
        plane.loses("GET /shards").loses("POST /moves?dryRun=true");

        assertThat(Said.by(plane, "shards").exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(Said.by(plane, with(MOVE, "--dry-run")).exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
    }

    @Test
    void aChangeForWhichNobodyListensWasNotMade() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        var said = Said.by(Map.of("MERIDIAN_API", "http://127.0.0.1:" + free, "MERIDIAN_TOKEN", "x"), MOVE);

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(said.err()).doesNotContain("not known");
    }

    @Test
    void aRunThatWasStartedAndCannotBeWatchedIsUnknown() {
        plane.answers("POST /moves", 202, MoveTest.run("PLANNED", ""))
                .refuses("GET /runs/mv-1", 401, "token-expired", "its time is over", "");

        var watched = Said.by(plane, with(MOVE, "--wait"));
        var shown = Said.by(plane, "runs", "mv-1", "--wait");

        assertThat(watched.exitCode()).isEqualTo(ExitCode.UNKNOWN.number());
        assertThat(shown.exitCode()).as("this one changed nothing").isEqualTo(ExitCode.REFUSED.number());
    }

    @Test
    void everyNumberIsToldInTheHelpAndOnThePage() throws IOException {
        String help = Said.by(Map.of(), "--help").out().replaceAll("\\s+", " ");
        String page = Files.readString(Path.of("..", "docs", "cli.md"));

        for (ExitCode code : ExitCode.values()) {
            assertThat(help).contains(" " + code.number() + " " + code.meaning());
            assertThat(page).contains("| " + code.number() + " | " + code.meaning());
        }
        assertThat(Stream.of(ExitCode.values()).map(ExitCode::number)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }
}
