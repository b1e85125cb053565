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
}
