package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedingTest {
    private final PlayedControlPlane plane;

    SeedingTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static String seeding(String state, String left, int whole, int failed, String underWay) {
        return "{\"id\": \"sd-1\", \"region\": \"west\", \"state\": \"" + state + "\", \"shards\": 5, \"left\": \""
                + left + "\", \"counts\": {\"waiting\": " + (5 - whole - failed)
                + ", \"copying\": 0, \"copied\": 0, \"whole\": " + whole + ", \"failed\": " + failed
                + "}, \"rows\": 12345, \"underWay\": [" + underWay
                + "], \"verification\": null, \"repair\": null, \"problem\": null, \"startedAt\":"
                + " \"2026-11-27T02:00:00Z\", \"endedAt\": null, \"by\": \"ops\", \"why\": \"its disk was lost\"}";
    }

    private static String regions(String data) {
        return "[{\"name\": \"north\", \"city\": null, \"voter\": null, \"agent\": null, \"agents\": [], \"router\":"
                + " null, \"zones\": [], \"data\": \"" + data + "\", \"returning\": null, \"unfit\": 5}]";
    }

    @Test
    void aDryRunShowsWhatWouldBeCopied() {
        plane.answers("POST /seedings?dryRun=true", 200, seeding("RUNNING", "1-5", 0, 0, ""));

        var said = Said.by(plane, "seed", "--region", "west", "--shards", "1-5", "--dry-run");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(plane.asked().getFirst().body()).isEqualTo("{\"region\":\"west\",\"shards\":\"1-5\"}");
        assertThat(said.out()).isEqualTo("""
            5 shards would be copied to west from their owners, while they are written: 1-5
            what it has of them is thrown away first; nothing was changed
            """);
    }

    @Test
    void whatIsThrownAwayTakesYes() {
        var said = Said.by(plane, "seed", "--region", "west");

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(said.err()).contains("--yes").contains("--dry-run");
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void itIsWaitedForUntilAllIsWhole() {
        plane.accepts("POST /seedings", "/api/v1/seedings/sd-1", seeding("RUNNING", "1-5", 0, 0, ""))
                .answers("GET /seedings/sd-1", 200, seeding("RUNNING", "3-5", 2, 0, ""))
                .answers("GET /seedings/sd-1", 200, seeding("DONE", "", 5, 0, ""));

        var said = Said.by(plane, "seed", "--region", "west", "--yes", "--wait", "--reason", "its disk was lost");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(plane.asked().getFirst().body()).isEqualTo("{\"region\":\"west\",\"why\":\"its disk was lost\"}");
        assertThat(said.out())
                .isEqualTo("whole  sd-1 DONE: 5 of 5 shards copied, 12,345 rows; all equal to their owners'\n");
    }

    @Test
    void whatCouldNotBeCopiedFailsAndSaysHowToGoOn() {
        plane.accepts(
                "POST /seedings",
                "/api/v1/seedings/sd-1",
                seeding(
                        "FAILED",
                        "5",
                        4,
                        1,
                        "{\"shard\": 5, \"owner\": \"east\", \"epoch\": 3, \"attempt\": 5, \"state\": \"FAILED\","
                                + " \"told\": 0, \"taken\": 0, \"expected\": null, \"missed\": 0, \"problem\": \"region"
                                + " west: disk full\"}"));

        var said = Said.by(plane, "seed", "--region", "west", "--yes", "--wait");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out())
                .contains("region west: disk full")
                .contains("not whole  sd-1 FAILED: 4 of 5 shards copied, 12,345 rows, 1 failed; left: shards 5")
                .contains("./meridian seedings retry sd-1");
    }

    @Test
    void aRegionThatIsNewIsBootstrappedWithoutMore() {
        plane.answers("GET /regions", 200, regions("UNSEEDED"))
                .accepts("POST /seedings", "/api/v1/seedings/sd-1", seeding("RUNNING", "0-4", 0, 0, ""));

        var fresh = Said.by(plane, "region", "bootstrap", "north");

        assertThat(fresh.exitCode()).as(fresh.err()).isZero();
        assertThat(plane.asked().getLast().body()).isEqualTo("{\"region\":\"north\"}");
    }

    @Test
    void aRegionThatIsNotNewIsBootstrappedWithYesOnly() {
        plane.answers("GET /regions", 200, regions("RECONCILED"));

        var old = Said.by(plane, "region", "bootstrap", "north");
        assertThat(old.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(old.err()).contains("--yes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "cancel", "retry"})
    void oneIsHandled(String act) {
        plane.answers("POST /seedings/sd-1/" + act, 200, seeding("PAUSED", "3-5", 2, 0, ""));

        var said = Said.by(plane, "seedings", act, "sd-1");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out()).contains("sd-1 PAUSED: 2 of 5 shards copied").contains("shards 3-5");
    }

    @Test
    void theyAreListedAndShown() {
        plane.answers("GET /seedings", 200, "{\"seedings\": [" + seeding("RUNNING", "3-5", 2, 0, "") + "]}")
                .answers("GET /seedings/sd-1", 200, seeding("RUNNING", "3-5", 2, 0, ""));

        var list = Said.by(plane, "seedings");
        var shown = Said.by(plane, "seedings", "show", "sd-1");

        assertThat(list.out()).contains("sd-1  west    RUNNING");
        assertThat(shown.out()).contains("not whole yet: shards 3-5").contains("why: its disk was lost");
    }
}
