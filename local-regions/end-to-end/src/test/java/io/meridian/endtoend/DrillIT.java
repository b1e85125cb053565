package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.local.probe.Prober;
import io.meridian.local.service.Http;
import io.meridian.topology.ShardFunction;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Drills as a person runs them: what their reports say is what was seen from outside, and whatever ends them, the regions are as before. */
class DrillIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LOST = "east";
    /** The report looks once a second, through Envoys that follow a little later; and the machine may be busy. */
    private static final double SECONDS_BETWEEN_BOTH_LOOKS = 8;

    @Retention(RetentionPolicy.RUNTIME)
    @EnabledIfSystemProperty(
            named = "meridian.chaos.drills",
            matches = "true",
            disabledReason = "takes minutes, or a machine of its own to meet its targets: ./meridian chaos drills")
    private @interface Heavy {}

    private final TestRegions regions = TestRegions.shared();
    private final ControlPlaneApi api = regions.api();
    private final Launcher launcher = new Launcher(regions);

    @BeforeEach
    void atHome() throws Exception {
        regions.attachAgain();
        regions.bringHome("0-340", "east-1");
    }

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        launcher.meridian("drill", "undo");
        regions.attachAgain();
        regions.healAndRestart();
    }

    @Test
    @Heavy
    void aLostRegionsReportSaysWhatTheDatabasesSaw() throws Exception {
        Map<Integer, String> before = owners();

        JsonNode report;
        Prober prober = Prober.start(regions.instance(), usersOf(LOST, before));
        try (prober;
                var drill = DrillProcess.run(regions, shortened("lose-region", "3s"))) {
            report = drill.report();
            assertThat(drill.exitCode()).as(drill.progress()).isZero();
        }

        System.out.println("lost region: " + report.path("verdicts") + " " + report.path("stages"));
        assertThat(report.path("outcome").asText()).isEqualTo("PASSED");
        double seen = longestGap(prober);
        assertThat(report.path("clients").path("longestOutageSeconds").asDouble())
                .as("the databases' gap was " + seen + " s")
                .isBetween(seen - 1.5, seen + SECONDS_BETWEEN_BOTH_LOOKS);
        assertThat(prober.twoWriters()).isEmpty();
        assertThat(prober.silentlyLost("west")).isEmpty();
        assertThat(report.path("clients").path("lost").asLong(-1)).isZero();
        assertThat(report.path("clients").path("acknowledged").asLong()).isGreaterThan(500);
        assertThat(report.path("clients").path("failed").asLong()).isPositive();
        assertThat(report.path("clients").path("worst").path(0).path("owner").asText())
                .isEqualTo(LOST);
        stagesAreThoseOfTheRun(report);
        assertThat(owners()).as("its users are back").isEqualTo(before);
        Launcher.Ran html =
                launcher.meridian("drill", "report", report.path("id").asText(), "--format", "html");
        assertThat(html.output()).startsWith("<!DOCTYPE html>").contains("<svg").contains("lose-region");
        assertThat(html.errors()).contains("report.html");
    }

    /** Each figure that the report has from the control plane, against the run itself. */
    private void stagesAreThoseOfTheRun(JsonNode report) throws Exception {
        JsonNode proof = find(report.path("runs"), "kind", "FAILOVER");
        JsonNode run = api.run(proof.path("id").asText());
        assertThat(run.path("state").asText()).isEqualTo("DONE");
        for (String[] pair : new String[][] {{"fence: the lease runs out", "EXPIRING"}, {"activation", "ACTIVATED"}}) {
            double told =
                    find(run.path("steps"), "name", pair[1]).path("millis").asLong(-1) / 1000.0;
            assertThat(find(report.path("stages"), "name", pair[0])
                            .path("seconds")
                            .asDouble())
                    .as(pair[0])
                    .isEqualTo(told);
        }
        assertThat(find(report.path("stages"), "name", "detection")
                        .path("seconds")
                        .asDouble())
                .isPositive();
        assertThat(find(report.path("stages"), "name", "edge convergence")
                        .path("seconds")
                        .isNumber())
                .as(report.path("stages").toString())
                .isTrue();
    }

    @Test
    @Heavy
    void anEvacuatedRegionIsEmptyMeanwhileAndAsBeforeAfterwards() throws Exception {
        Map<Integer, String> before = owners();

        JsonNode report;
        try (var drill = DrillProcess.run(regions, shortened("evacuate-region", "4s"))) {
            drill.awaitProgress("is empty and stays so");
            assertThat(owners().values()).doesNotContain(LOST);
            report = drill.report();
            assertThat(drill.exitCode()).as(drill.progress()).isZero();
        }

        System.out.println("evacuated region: " + report.path("verdicts"));
        assertThat(owners()).isEqualTo(before);
        assertThat(report.path("clients").path("failed").asLong(-1)).isZero();
        assertThat(report.path("runs")).hasSizeGreaterThanOrEqualTo(2);
        for (JsonNode run : report.path("runs")) {
            assertThat(run.path("proven").asBoolean()).as(run.toString()).isTrue();
            assertThat(Path.of(run.path("file").asText())).exists();
        }
    }

    @Test
    void aLostLinkIsDownMeanwhileAndItsCopiesCatchUp() throws Exception {
        JsonNode report;
        long behind;
        regions.lead("west"); // so that one end is cut off from whoever decides
        try (var drill = DrillProcess.run(regions, shortened("lose-link", "8s"))) {
            drill.awaitProgress("it stays so");
            assertThat(link("east", "west")).isEqualTo("DOWN");
            assertThat(link("west", "east")).isEqualTo("DOWN");
            behind = ControlPlaneApi.await(
                            "a copy to be 4 s behind",
                            Deadlines.of(Duration.ofSeconds(20)),
                            this::lag,
                            lag -> lag.asLong() >= 4000)
                    .asLong();
            report = drill.report();
            assertThat(drill.exitCode()).as(drill.progress()).isZero();
        }

        System.out.println("lost link: " + report.path("verdicts") + " " + report.path("stages"));
        assertThat(link("east", "west")).isEqualTo("UP");
        assertThat(link("west", "east")).isEqualTo("UP");
        long told = StreamSupport.stream(report.path("lag").spliterator(), false)
                .mapToLong(point -> point.path("millis").asLong(0))
                .max()
                .orElse(0);
        assertThat(told).isGreaterThanOrEqualTo(behind);
        assertThat(find(report.path("stages"), "name", "catch-up")
                        .path("seconds")
                        .isNumber())
                .isTrue();
        assertThat(report.path("runs")).as("nothing was switched").isEmpty();
    }

    @Test
    @Heavy
    void aDrillThatIsKilledIsUndoneByItsJournal() throws Exception {
        Map<Integer, String> before = owners();
        try (var drill = DrillProcess.run(regions, shortened("lose-region", "60s"))) {
            drill.awaitProgress("done: kill every process of " + LOST);
            drill.kill();
        }
        regions.attachAgain();
        assertThat(regions.instance().process(LOST + "/postgres").alive()).isFalse();

        try (var refused = DrillProcess.run(regions, "lose-link")) {
            assertThat(refused.exitCode()).isEqualTo(3);
            assertThat(refused.progress()).contains("./meridian drill undo");
        }
        Launcher.Ran undone = launcher.meridian("drill", "undo");
        Launcher.Ran again = launcher.meridian("drill", "undo");

        assertThat(undone.status()).as(undone.toString()).isZero();
        assertThat(again.output()).contains("no drill is to be undone");
        JsonNode status = launcher.json("status", "--json");
        assertThat(status.path("running").asBoolean()).as(status.toString()).isTrue();
        assertThat(owners()).isEqualTo(before);
        regions.attachAgain();
        regions.assertAllEqual();
    }

    @Test
    void aDrillThatIsAbortedUndoesByItselfAndSaysSo() throws Exception {
        try (var drill = DrillProcess.run(regions, shortened("lose-link", "60s"))) {
            drill.awaitProgress("it stays so");

            Launcher.Ran abort = launcher.meridian("drill", "abort");

            assertThat(abort.status()).as(abort.toString()).isZero();
            assertThat(drill.exitCode()).as(drill.progress()).isEqualTo(143);
            JsonNode report = drill.report();
            assertThat(report.path("outcome").asText()).isEqualTo("ABORTED");
            assertThat(report.path("reason").asText()).contains("asked for it");
        }
        assertThat(link("east", "west")).isEqualTo("UP");
        assertThat(launcher.meridian("drill", "abort").errors()).contains("no drill has anything to undo");
    }

    /** The catalogue's scenario with another duration, in a file. */
    private String shortened(String name, String duration) throws Exception {
        Launcher.Ran shown = launcher.meridian("drill", "show", name);
        assertThat(shown.status()).as(shown.toString()).isZero();
        Path file = Files.createTempFile(regions.folder(), name, ".yaml");
        Files.writeString(file, shown.output().replaceFirst("(?m)^duration: \\w+", "duration: " + duration));
        return file.toString();
    }

    private Map<Integer, String> owners() throws Exception {
        Map<Integer, String> owners = new HashMap<>();
        api.get("/api/v1/shards")
                .path("shards")
                .forEach(shard -> owners.put(
                        shard.path("shard").asInt(), shard.path("region").asText()));
        return owners;
    }

    /** Users of four shards of a region. */
    private static List<String> usersOf(String region, Map<Integer, String> owners) {
        var function = new ShardFunction(owners.size());
        return owners.entrySet().stream()
                .filter(shard -> shard.getValue().equals(region))
                .map(Map.Entry::getKey)
                .sorted()
                .limit(4)
                .map(shard -> IntStream.range(0, 1_000_000)
                        .mapToObj(number -> "watched-" + number)
                        .filter(key -> function.shardOf(key).number() == shard)
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    /** The longest time between two writes that any database admitted, in seconds, of the shard that had the longest. */
    private static double longestGap(Prober prober) {
        Map<Integer, List<Prober.Admitted>> byShard = new HashMap<>();
        prober.admitted()
                .forEach(one -> byShard.computeIfAbsent(one.shard(), _ -> new java.util.ArrayList<>())
                        .add(one));
        double longest = 0;
        for (List<Prober.Admitted> all : byShard.values()) {
            all.sort(Comparator.comparingLong(Prober.Admitted::ended));
            for (int next = 1; next < all.size(); next++) {
                longest = Math.max(
                        longest, (all.get(next).ended() - all.get(next - 1).ended()) / 1e9);
            }
        }
        return longest;
    }

    private String link(String from, String to) throws Exception {
        for (JsonNode link : JSON.readTree(
                Http.get(regions.instance().file().links() + "/links").body())) {
            if (link.path("from").asText().equals(from)
                    && link.path("to").asText().equals(to)) {
                return link.path("state").asText();
            }
        }
        throw new AssertionError("no link " + from + " -> " + to);
    }

    /** Of the copies at both ends of the link, the one that is further behind. */
    private JsonNode lag() throws Exception {
        long most = 0;
        for (JsonNode link : api.get("/api/v1/lag").path("links")) {
            if (!link.path("source").asText().equals("north")
                    && !link.path("target").asText().equals("north")) {
                most = Math.max(most, link.path("millis").asLong(0));
            }
        }
        return com.fasterxml.jackson.databind.node.LongNode.valueOf(most);
    }

    private static JsonNode find(JsonNode all, String field, String value) {
        return StreamSupport.stream(all.spliterator(), false)
                .filter(each -> each.path(field).asText().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + field + " " + value + " in " + all));
    }
}
