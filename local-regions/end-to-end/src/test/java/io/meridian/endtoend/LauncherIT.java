package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands of the README as a person types them: the launcher, the CLI behind it, real regions behind that. */
class LauncherIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestRegions regions = TestRegions.shared();
    private final Launcher launcher = new Launcher(regions);

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        regions.healAndRestart();
    }

    @Test
    void helpAndVersionNeedNeitherBuildNorTools() throws Exception {
        Launcher.Ran help = launcher.runWith(List.of("env", "-i", "PATH=/usr/bin:/bin"), "help");
        Launcher.Ran version = launcher.runWith(List.of("env", "-i", "PATH=/usr/bin:/bin"), "version");

        assertThat(help.status()).isZero();
        assertThat(help.output()).contains("up [--regions 1|3]").contains("verify");
        assertThat(version.output()).startsWith("meridian 0.");
    }

    @Test
    void statusTellsEveryProcess() throws Exception {
        JsonNode status = launcher.json("status", "--json");

        assertThat(status.path("running").asBoolean()).as(status.toString()).isTrue();
        assertThat(status.path("processes")).hasSize(1 + 3 * 7);
        assertThat(status.path("memoryMib").asLong()).isPositive();
        System.out.println("memory of three regions: " + status.path("memoryMib") + " MiB");
    }

    @Test
    void aMoveIsPlannedRunWatchedAndFoundAgain() throws Exception {
        regions.bringHome("0-7", "east-1");
        JsonNode before = launcher.json("shards", "--json");

        JsonNode plan = launcher.json("move", "--shards", "0-7", "--to", "west-1", "--dry-run", "--json");
        JsonNode after = launcher.json("shards", "--json");
        JsonNode run = launcher.json("move", "--shards", "0-7", "--to", "west-1", "--wait", "--json");
        JsonNode where = launcher.json("where", "--key", "alice", "--json");
        Launcher.Ran runs = launcher.meridian("runs");

        assertThat(plan.path("state").asText()).isEqualTo("PLANNED");
        assertThat(after).isEqualTo(before);
        assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("DONE");
        assertThat(run.path("steps").get(0).path("name").asText()).isEqualTo("PLANNED");
        assertThat(run.path("certificate").path("verdict").asText()).isEqualTo("NOTHING_LOST");
        assertThat(where.path("zone").asText()).isNotEmpty();
        assertThat(runs.output()).contains(run.path("id").asText());
    }

    @Test
    void aLoadIsJudgedAndTheCopiesAreCompared() throws Exception {
        JsonNode judged = launcher.json("load", "--rate", "20", "--seconds", "3", "--users", "10", "--json");
        JsonNode verified = launcher.json("verify", "--json");

        assertThat(judged.path("requests").asLong()).isPositive();
        assertThat(judged.path("lost").asLong()).isZero();
        assertThat(judged.path("doubled").asLong()).isZero();
        assertThat(verified.path("equal").asBoolean()).as(verified.toString()).isTrue();
        try (var reports = Files.list(regions.folder().resolve("load"))) {
            assertThat(reports.filter(file -> file.toString().endsWith(".jsonl")))
                    .isNotEmpty();
        }
    }

    @Test
    void theFenceIsShownAsSqlAndChangesNothing() throws Exception {
        Launcher.Ran shown = launcher.meridian("agent", "install", "--dry-run", "--region", "east");

        assertThat(shown.status()).as(shown.toString()).isZero();
        assertThat(shown.output())
                .contains("create or replace function meridian.check_fence")
                .contains("-- east");
    }

    @Test
    void theBenchSpeaksTheOneFormOfAllBenches() throws Exception {
        JsonNode bench = launcher.json("bench", "quick", "--rounds", "1", "--rate", "40", "--writes", "10", "--json");

        assertThat(bench.path("bench").asText()).isEqualTo("quick");
        assertThat(bench.path("machine").path("cores").asInt()).isPositive();
        for (JsonNode result : bench.path("results")) {
            assertThat(result.fieldNames())
                    .toIterable()
                    .contains("metric", "value", "unit", "peer", "peerValue", "ratio", "goal", "met");
        }
        assertThat(bench.path("results").findValuesAsText("metric")).hasSizeGreaterThan(4);
    }

    @Test
    void theControlPlaneIsMeasuredWithNodesOfItsOwn() throws Exception {
        Launcher.Ran ran = launcher.runWith(
                List.of(), "bench", "control-plane", "--seconds", "1", "--kills", "1", "--watchers", "40", "--json");

        assertThat(ran.status()).as(ran.toString()).isZero();
        JsonNode results = JSON.readTree(ran.output()).path("results");
        assertThat(results.findValuesAsText("metric"))
                .contains(
                        "command.p99",
                        "command.of-32.rate",
                        "feed.delay.p99",
                        "leader-kill.gap.max",
                        "heap.attached",
                        "plan.rebalance.p50");
        assertThat(results)
                .allSatisfy(result -> assertThat(result.path("value").asDouble())
                        .as(result.toString())
                        .isPositive());
    }

    @Test
    void aWrongCommandIsRefusedWithWhatThereIs() throws Exception {
        Launcher.Ran wrong = launcher.meridian("mvoe");

        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.errors()).contains("there is no command 'mvoe'").contains("./meridian help");
    }
}
