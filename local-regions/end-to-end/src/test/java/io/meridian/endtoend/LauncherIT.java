package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.local.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands of the README as a person types them: the launcher, the CLI behind it, real regions behind that. */
class LauncherIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestRegions regions = TestRegions.shared();

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        regions.healAndRestart();
    }

    @Test
    void helpAndVersionNeedNeitherBuildNorTools() throws Exception {
        Ran help = runWith(List.of("env", "-i", "PATH=/usr/bin:/bin"), "help");
        Ran version = runWith(List.of("env", "-i", "PATH=/usr/bin:/bin"), "version");

        assertThat(help.status()).isZero();
        assertThat(help.output()).contains("up [--regions 1|3]").contains("verify");
        assertThat(version.output()).startsWith("meridian 0.");
    }

    @Test
    void statusTellsEveryProcess() throws Exception {
        JsonNode status = json("status", "--json");

        assertThat(status.path("running").asBoolean()).as(status.toString()).isTrue();
        assertThat(status.path("processes")).hasSize(1 + 3 * 7);
        assertThat(status.path("memoryMib").asLong()).isPositive();
        System.out.println("memory of three regions: " + status.path("memoryMib") + " MiB");
    }

    @Test
    void aMoveIsPlannedRunWatchedAndFoundAgain() throws Exception {
        regions.bringHome("0-7", "east-1");
        JsonNode before = json("shards", "--json");

        JsonNode plan = json("move", "--shards", "0-7", "--to", "west-1", "--dry-run", "--json");
        JsonNode after = json("shards", "--json");
        JsonNode run = json("move", "--shards", "0-7", "--to", "west-1", "--wait", "--json");
        JsonNode where = json("where", "--key", "alice", "--json");
        Ran runs = meridian("runs");

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
        JsonNode judged = json("load", "--rate", "20", "--seconds", "3", "--users", "10", "--json");
        JsonNode verified = json("verify", "--json");

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
        Ran shown = meridian("agent", "install", "--dry-run", "--region", "east");

        assertThat(shown.status()).as(shown.toString()).isZero();
        assertThat(shown.output())
                .contains("create or replace function meridian.check_fence")
                .contains("-- east");
    }

    @Test
    void theBenchSpeaksTheOneFormOfAllBenches() throws Exception {
        JsonNode bench = json("bench", "quick", "--rounds", "1", "--rate", "40", "--writes", "10", "--json");

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
        Ran ran = runWith(
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
        Ran wrong = meridian("mvoe");

        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.errors()).contains("there is no command 'mvoe'").contains("./meridian help");
    }

    private record Ran(int status, String output, String errors) {}

    /** @return what a successful command printed for programs */
    private JsonNode json(String... arguments) throws Exception {
        Ran ran = meridian(arguments);
        assertThat(ran.status()).as(List.of(arguments) + ": " + ran).isZero();
        return JSON.readTree(ran.output());
    }

    private Ran meridian(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--instance");
        all.add(regions.instance().file().name());
        return runWith(List.of(), all.toArray(String[]::new));
    }

    private Ran runWith(List<String> before, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.add(Checkout.root().resolve("meridian").toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(regions.folder(), "command", ".out");
        Path errors = Files.createTempFile(regions.folder(), "command", ".err");
        var builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment().put("MERIDIAN_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(Deadlines.of(Duration.ofMinutes(3)).toSeconds(), TimeUnit.SECONDS);
            assertThat(ended)
                    .as(command + " ended; so far: " + Files.readString(errors))
                    .isTrue();
            return new Ran(process.exitValue(), Files.readString(output), Files.readString(errors));
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }
}
