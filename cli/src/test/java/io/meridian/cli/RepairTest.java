package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepairTest {
    private final PlayedControlPlane plane;

    RepairTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static String repair(String state, String shards) {
        return "{\"id\": \"rp-1\", \"state\": \"" + state + "\", \"shards\": [" + shards
                + "], \"left\": [{\"shard\": 9, \"why\": \"its rows were not compared\"}]}";
    }

    @Test
    void aDryRunShowsWhatWouldBeWrittenAndWhatIsLeft() {
        plane.answers(
                "POST /repairs?dryRun=true",
                200,
                repair(
                        "RUNNING",
                        "{\"shard\": 7, \"owner\": \"east\", \"epoch\": 3, \"asked\": {\"public.account\": 2,"
                                + " \"public.booking\": 1}, \"missing\": 1, \"rows\": null, \"absent\": null, \"problem\":"
                                + " null}"));

        var said = Said.by(plane, "repair", "--verification", "vf-3", "--tables", "public.account", "--dry-run");

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(plane.asked().getFirst().body())
                .isEqualTo("{\"verification\":\"vf-3\",\"tables\":[\"public.account\"]}");
        assertThat(said.out()).isEqualTo("""
            SHARD  OWNER  EPOCH  ROWS                                OWNER LACKS
                7  east       3  public.account 2, public.booking 1            1
            ! shard 9: its rows were not compared
            would be written once more as their owner has them; nothing was changed
            """);
    }

    @Test
    void aRepairIsWaitedForAndFailsWhereAShardHasAProblem() {
        String running = repair(
                "RUNNING",
                "{\"shard\": 7, \"owner\": \"east\", \"epoch\": 3, \"asked\": null, \"rows\": null, \"absent\": null,"
                        + " \"problem\": null}");
        plane.accepts("POST /repairs", "/api/v1/repairs/rp-1", running)
                .answers("GET /repairs/rp-1", 200, running)
                .answers(
                        "GET /repairs/rp-1",
                        200,
                        repair(
                                "FAILED",
                                "{\"shard\": 7, \"owner\": \"east\", \"epoch\": 3, \"asked\": null, \"rows\": 12,"
                                        + " \"absent\": 0, \"problem\": \"moved while it was being repaired; ask"
                                        + " again\"}"));

        var started = Said.by(plane, "repair", "--shards", "7");
        var said = Said.by(plane, "repair", "--shards", "7", "--wait");

        assertThat(started.exitCode()).isZero();
        assertThat(started.out()).contains("all rows").endsWith("rp-1 is under way; verify again when it ended\n");
        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).isEqualTo("""
            SHARD  OWNER  EPOCH  WRITTEN  DELETED  PROBLEM
                7  east       3       12        0  moved while it was being repaired; ask again
            ! shard 9: its rows were not compared
            not all repaired  rp-1; what came of it: ./meridian verify
            """);
        assertThat(plane.asked().getFirst().body()).isEqualTo("{\"shards\":\"7\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"repair", "repair --verification vf-1 --shards 7"})
    void eitherAVerificationOrShardsAreNamed(String line) {
        var said = Said.by(plane, line.split(" "));

        assertThat(said.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(plane.asked()).isEmpty();
    }

    @Test
    void repairsAreListedAndOneOfThemIsShown() {
        String shard =
                "{\"shard\": 7, \"owner\": \"east\", \"epoch\": 3, \"asked\": null, \"missing\": 0, \"rows\": 12,"
                        + " \"absent\": 0, \"problem\": null}";
        String waits = shard.replace("\"rows\": 12", "\"rows\": null");
        String gone = waits.replace("\"problem\": null", "\"problem\": \"the owner changed\"");
        String more = ", \"by\": \"alice\", \"startedAt\": \"2026-01-01T00:00:00.123Z\", \"left\"";
        plane.answers(
                        "GET /repairs",
                        200,
                        "{\"repairs\": ["
                                + repair("RUNNING", shard + "," + waits).replace(", \"left\"", more) + ","
                                + repair("FAILED", gone).replace(", \"left\"", more) + "]}")
                .answers("GET /repairs/rp-1", 200, repair("FAILED", gone))
                .refuses("GET /repairs/rp-9", 404, "unknown-repair", "there is no repair 'rp-9'", "");

        var one = Said.by(plane, "repairs", "rp-1");

        assertThat(Said.by(plane, "repairs").out()).isEqualTo("""
            ID    STATE    SHARDS  REPORTED  WRITTEN  PROBLEMS  BY     STARTED
            rp-1  RUNNING       2         1       12         0  alice  2026-01-01T00:00:00Z
            rp-1  FAILED        1         1        0         1  alice  2026-01-01T00:00:00Z
            """);
        assertThat(one.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(one.out()).contains("the owner changed");
        assertThat(Said.by(plane, "repairs", "rp-9").exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
    }

    @Test
    void whereThereWasNoneItIsSaid() {
        plane.answers("GET /repairs", 200, "{\"repairs\": []}");

        assertThat(Said.by(plane, "repairs")).isEqualTo(new Said(0, "no repair yet\n", ""));
    }
}
