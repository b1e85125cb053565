package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MoveTest {
    private static final String STEP_1 = step("PREPARED", 12, "");
    private static final String STEP_2 = STEP_1 + ", " + step("HOLDING", 41, "west-envoy did not answer in 2 s");
    private static final String LASTING = STEP_2 + ", " + step("FENCING", null, "");
    private static final String ENDED = STEP_2 + ", " + step("FENCING", 120, "");
    private static final String CERTIFICATE = """
        {"run": "mv-1", "planHash": "abcdef0123456789", "verdict": "NOTHING_LOST", "reasons": [], "shards": [
         {"shard": 0, "from": "east-1", "to": "west-1", "closedEpoch": 1, "openedEpoch": 3, "closedAt": "0/16B3748",
          "openedAt": "0/1A00028", "rowsBefore": 7, "hashBefore": "00112233445566778899", "rowsAfter": 7,
          "hashAfter": "00112233445566778899", "equal": true},
         {"shard": 1, "rowsAfter": 3, "equal": true}, {"shard": 2, "equal": true}, {"shard": 3, "equal": true}]}\
        """;

    private final PlayedControlPlane plane;

    MoveTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void moveIsAskedForAndGoesOnByItself() {
        plane.answers("POST /moves", 202, run("PLANNED", ""));

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1");

        assertThat(said.exitCode()).isZero();
        assertThat(plane.asked().getFirst().body()).isEqualTo("{\"shards\":\"0-340\",\"to\":\"west-1\"}");
        assertThat(said.out())
                .contains("mv-1 moves 0-340 to west-1 in 3 waves, plan abcdef012345")
                .contains("./meridian runs mv-1 --wait")
                .contains("./meridian runs cancel mv-1");
    }

    @Test
    void forceNamesTheGatesTheReasonAndWhereTheRunWaits() {
        plane.answers("POST /runs/mv-1/force", 200, run("HOLDING", ""));

        var said = Said.by(plane, "runs", "force", "mv-1", "--gate", "lag", "--gate", "window", "--reason", "storm");

        assertThat(said.exitCode()).isZero();
        assertThat(plane.asked().getFirst().body())
                .isEqualTo("{\"state\":\"PREPARED\",\"wave\":1,\"reason\":\"storm\",\"gates\":[\"lag\",\"window\"]}");
        assertThat(said.out()).startsWith("mv-1 goes on in spite of lag, window; it is HOLDING now");
    }

    @Test
    void aRunIsPausedResumedAndRetried() {
        plane.answers("POST /runs/mv-1/pause", 200, run("PREPARED", ""))
                .answers("POST /runs/mv-1/resume", 200, run("PREPARED", ""))
                .answers("POST /runs/mv-1/retry", 202, run("PREPARED", ""));

        assertThat(Said.by(plane, "runs", "pause", "mv-1").out()).startsWith("mv-1 starts no further wave");
        assertThat(Said.by(plane, "runs", "resume", "mv-1").out()).startsWith("mv-1 goes on");
        assertThat(Said.by(plane, "runs", "retry", "mv-1").out()).startsWith("mv-1 moves 0-340 to west-1");
    }

    @Test
    void theBrakeIsPutOnWithAReasonShownAndReleased() {
        plane.answers("PUT /brake", 200, "{\"on\":true,\"reason\":\"payday\",\"since\":\"2026-11-25T12:00:00Z\"}")
                .answers("GET /brake", 200, "{\"on\":true,\"reason\":\"payday\",\"since\":\"2026-11-25T12:00:00Z\"}")
                .answers("DELETE /brake", 200, "{\"on\":false,\"reason\":null,\"since\":null}");

        var on = Said.by(plane, "brake", "on", "--reason", "payday");

        assertThat(on.out()).isEqualTo("the brake is on since 2026-11-25T12:00:00Z: payday\n");
        assertThat(plane.asked().getFirst().body()).isEqualTo("{\"reason\":\"payday\"}");
        assertThat(Said.by(plane, "brake", "show").out()).contains("payday");
        assertThat(Said.by(plane, "brake", "off").out()).isEqualTo("the brake is off\n");
    }

    @Test
    void dryRunShowsThePlan() {
        plane.answers("POST /moves?dryRun=true", 200, run("PLANNED", "", null, "would wait: replication lag 8.2 s"));

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--dry-run");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).isEqualTo("""
            would move 0-340 to west-1 in 3 waves, plan abcdef012345; nothing was changed
              0-255 from east-1  (asked for)
              256-340 from east-2
              would wait: replication lag 8.2 s
            """);
    }

    @Test
    void aDryRunShowsEachGateWithItsValueItsLimitAndItsState() {
        String gates = """
            , "gates": [{"name":"lag","about":"east to west","value":"8200 ms","limit":"2000 ms","state":"CLOSED","hard":false,"forced":false,"says":"lag"},
              {"name":"fence","about":"east","value":"","limit":"","state":"UNKNOWN","hard":true,"forced":false,"says":"not told"},
              {"name":"brake","about":"","value":"off","limit":"off","state":"OPEN","hard":true,"forced":false,"says":""}]}\
            """;
        plane.answers("POST /moves?dryRun=true", 200, run("PLANNED", "").replaceFirst("}\\s*$", "") + gates);

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--dry-run");

        assertThat(said.out()).endsWith("""
              GATE   ABOUT         VALUE    LIMIT    STATE
              lag    east to west  8200 ms  2000 ms  CLOSED, may be forced
              fence  east          -        -        UNKNOWN
              brake  -             off      off      OPEN
            """);
    }

    @Test
    void whatIsSaidOfTheWavesIsSentAndNothingElse() {
        plane.answers("POST /moves", 202, run("PREPARED", ""));

        var said = Said.by(
                plane,
                "move",
                "--shards",
                "0-340",
                "--to",
                "west-1",
                "--wave",
                "64",
                "--pause-between-waves",
                "30s",
                "--stop-on-guard",
                "--paused");

        assertThat(said.exitCode()).isZero();
        assertThat(plane.asked().getFirst().body())
                .isEqualTo("{\"shards\":\"0-340\",\"to\":\"west-1\",\"wave\":64,\"pauseBetweenWaves\":\"30s\","
                        + "\"stopOnGuard\":true,\"paused\":true}");
    }

    @Test
    void waitingPrintsEachStepOnceAndTheCertificate() {
        plane.answers("POST /moves", 202, run("PLANNED", STEP_1))
                .answers("GET /runs/mv-1", 200, run("HOLDING", STEP_2))
                .answers("GET /runs/mv-1", 200, run("FENCING", LASTING))
                .answers("GET /runs/mv-1", 200, run("DONE", ENDED, CERTIFICATE, null));

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--wait");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).isEqualTo("""
            mv-1 moves 0-340 to west-1 in 3 waves, plan abcdef012345
              0-255 from east-1  (asked for)
              256-340 from east-2
              03:12:41.500Z  wave 1  PREPARED           12 ms
              03:12:41.500Z  wave 1  HOLDING            41 ms  west-envoy did not answer in 2 s
              03:12:41.500Z  wave 1  FENCING           120 ms
            DONE  341 moved, 0 rolled back, 0 untouched
            certificate: nothing lost
              hashes before and after equal for 4 of 4 shards, 10 rows
              shard 0: epoch 1 closed at 0/16B3748, epoch 3 opened at 0/1A00028; 7 rows 001122334455 before, 7 rows 001122334455 after
              shard 1: epoch ? closed at ?, epoch ? opened at ?; ? rows ? before, 3 rows ? after
              shard 2: epoch ? closed at ?, epoch ? opened at ?; ? rows ? before, ? rows ? after
              and 1 more: ./meridian runs mv-1 --json
            """);
    }

    @Test
    void waitingWithJsonPrintsTheRunAsItEnded() throws IOException {
        String ended = run("DONE", ENDED, CERTIFICATE, null);
        plane.answers("POST /moves", 202, run("PLANNED", "")).answers("GET /runs/mv-1", 200, ended);

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--wait", "--json");

        assertThat(said.exitCode()).isZero();
        assertThat(new ObjectMapper().readTree(said.out())).isEqualTo(new ObjectMapper().readTree(ended));
    }

    private static final String NOTHING_MOVED =
            "{\"verdict\": \"NOTHING_MOVED\", \"planHash\": \"abc\", \"reasons\": [], \"shards\": []}";

    @Test
    void rolledBackMoveFailsWithItsReason() {
        plane.answers("POST /moves", 202, run("PLANNED", ""))
                .answers(
                        "GET /runs/mv-1",
                        200,
                        run("ROLLED_BACK", ENDED, NOTHING_MOVED, "west did not catch up within 30 s"));

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--wait");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out())
                .contains("ROLLED_BACK")
                .contains("  west did not catch up within 30 s")
                .contains("certificate: nothing moved; every shard is where it was")
                .doesNotContain("hashes before and after");
    }

    @Test
    void runThatNeedsAPersonIsNotWaitedFor() {
        plane.answers("POST /moves", 202, run("PLANNED", ""))
                .answers("GET /runs/mv-1", 200, run("NEEDS_OPERATOR", ENDED, null, "west does not answer"));

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--wait");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).contains("NEEDS_OPERATOR").contains("west does not answer");
    }

    @Test
    void runThatOutlastsPatienceGoesOn() {
        plane.answers("POST /moves", 202, run("PLANNED", "")).answers("GET /runs/mv-1", 200, run("FENCING", LASTING));

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--wait", "--timeout", "300ms");

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNKNOWN.number());
        assertThat(said.err())
                .contains("mv-1 did not end within 300 ms and goes on. Watch it: ./meridian runs mv-1 --wait");
    }

    @Test
    void nodeThatIsAwayForAMomentIsAskedAgain() {
        plane.answers("POST /moves", 202, run("PLANNED", ""))
                .loses("GET /runs/mv-1")
                .loses("GET /runs/mv-1")
                .answers("GET /runs/mv-1", 200, run("DONE", ENDED, CERTIFICATE, null));

        var said = Said.by(plane, "move", "--shards", "0-340", "--to", "west-1", "--wait");

        assertThat(said.exitCode()).isZero();
    }

    @Test
    void onATerminalTheLastingStepIsShownAndWrittenOver() {
        plane.answers("POST /moves", 202, run("FENCING", LASTING))
                .answers("GET /runs/mv-1", 200, run("DONE", ENDED, CERTIFICATE, null));

        var said = Said.by(
                Map.of("MERIDIAN_API", plane.address(), "MERIDIAN_TOKEN", "x"),
                true,
                "move",
                "--shards",
                "0-340",
                "--to",
                "west-1",
                "--wait");

        assertThat(said.out())
                .contains("FENCING              ...")
                .contains("\r\u001b[2K")
                .contains("\u001b[1mDONE");
    }

    @Test
    void runsAreListed() {
        plane.answers(
                "GET /runs?limit=200", 200, "{\"runs\":[" + run("DONE", ENDED, CERTIFICATE, null) + "],\"next\":null}");

        var said = Said.by(plane, "runs");

        assertThat(said.out()).isEqualTo("""
            ID    STATE  SHARDS  TO      STARTED               MOVED
            mv-1  DONE   0-340   west-1  2026-11-24T03:12:41Z    341
            """);
    }

    @Test
    void oneRunIsShownWithItsStepsAndHowToGoOn() {
        plane.answers("GET /runs/mv-1", 200, run("FENCING", LASTING));

        var said = Said.by(plane, "runs", "mv-1");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out())
                .contains("HOLDING            41 ms")
                .contains("FENCING              ...")
                .contains("FENCING. Watch it:");
    }

    @Test
    void runThatWasCancelledIsOnItsWayBack() {
        plane.answers("POST /runs/mv-1/cancel", 202, run("ROLLING_BACK", ENDED));

        var said = Said.by(plane, "runs", "cancel", "mv-1");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("mv-1 is being taken back; it is ROLLING_BACK now");
    }

    @Test
    void unknownRunIsRefused() {
        plane.refuses("GET /runs/mv-9", 404, "unknown-run", "there is no run mv-9; the last one is mv-1", "");

        var said = Said.by(plane, "runs", "mv-9");

        assertThat(said.exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
        assertThat(said.err()).contains("there is no run mv-9; the last one is mv-1");
    }

    static String run(String state, String steps) {
        return run(state, steps, null, null);
    }

    private static String run(String state, String steps, @Nullable String certificate, @Nullable String problem) {
        return """
            {"id": "mv-1", "kind": "MOVE", "state": "%s", "shards": "0-340", "to": "west-1", "planHash": "abcdef0123456789",
             "wave": 1, "waves": 3, "startedAt": "2026-11-24T03:12:41.400Z", "endedAt": null, "steps": [%s], "problem": %s,
             "moves": [{"shards": "0-255", "from": "east-1", "reason": "asked for"}, {"shards": "256-340", "from": "east-2", "reason": ""}],
             "moved": 341, "rolledBack": 0, "untouched": 0, "certificate": %s}\
            """.formatted(state, steps, problem == null ? "null" : "\"" + problem + "\"", certificate);
    }

    private static String step(String name, @Nullable Integer millis, String note) {
        return """
            {"name": "%s", "wave": 1, "started": "2026-11-24T03:12:41.5Z", "millis": %s, "note": "%s"}\
            """.formatted(name, millis, note);
    }

    @Test
    void whatEndedIsListedPageByPageAndWhetherThereIsMore() {
        plane.answers(
                        "GET /runs/history?limit=3",
                        200,
                        "{\"runs\": [" + ENDED_RUN + "," + ENDED_RUN + "], \"next\": \"2026-11-26/7\"}")
                .answers(
                        "GET /runs/history?limit=1&cursor=2026-11-26%2F7",
                        200, "{\"runs\": [" + ENDED_RUN.replace("mv-1", "mv-0") + "], \"next\": \"2026-11-25/1\"}")
                .answers("GET /runs/history?limit=20", 200, "{\"runs\": [], \"next\": null}");

        var said = Said.by(plane, "runs", "history", "-n", "3");

        assertThat(said.out().lines()).hasSize(5).last().isEqualTo("there are older ones: -n 6");
        assertThat(said.out()).contains("mv-0");
        assertThat(Said.by(plane, "runs", "history", "-n", "3", "--json").out())
                .contains("\"next\" : \"2026-11-25/1\"");
        assertThat(Said.by(plane, "runs", "history").out())
                .isEqualTo("no run ended yet, as far as this node has files of it\n");
        assertThat(Said.by(plane, "runs", "history", "-n", "0").exitCode()).isEqualTo(ExitCode.USAGE.number());
    }

    private static final String ENDED_RUN = run("DONE", ENDED, null, null);

    @Test
    void aFailoverThatMayCostMoreIsRetriedByForceWithASecondPerson() {
        plane.accepts(
                "POST /runs/mv-1/retry",
                "/api/v1/approvals/ap-1",
                "{\"id\":\"ap-1\",\"state\":\"WAITING\",\"what\":\"retry mv-1 by force\",\"askedBy\":\"alice\",\"reason\":\"it is gone for"
                        + " good\",\"expires\":\"2026-01-01T01:00:00Z\"}");

        var said = Said.by(plane, "runs", "retry", "mv-1", "--force", "--reason", "it is gone for good");

        assertThat(said.exitCode()).isEqualTo(ExitCode.WAITS.number());
        assertThat(plane.asked().getFirst().body()).isEqualTo("{\"force\":true}");
        assertThat(plane.asked().getFirst().reason()).isEqualTo("it%20is%20gone%20for%20good");
    }
}
