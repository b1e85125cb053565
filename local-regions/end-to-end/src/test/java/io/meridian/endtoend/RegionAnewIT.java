package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meridian.local.LocalRegion;
import io.meridian.local.process.Folders;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A region whose disks are gone for good comes back under its name, as docs/failover.md tells: with an empty database, and copies of all. */
@EnabledIfSystemProperty(
        named = "meridian.chaos.anew",
        matches = "true",
        disabledReason = "copies every shard twice, which takes minutes: ./meridian chaos begin-anew")
class RegionAnewIT {
    private static final String LOST = "east";
    private static final String THIRD = "0-340";
    private static final String SECOND = "answers-for-burnt-disks";
    private static final String WHY = "its disks burnt";
    private static final List<String> PROCESSES =
            List.of("envoy", "ledger", "router-xds", "control-plane", "sync-agent", "kafka", "postgres");

    /** Made once: another one would need the first one's word. */
    private static String second = "";

    private final TestRegions regions = TestRegions.shared();
    private final Launcher launcher = new Launcher(regions);
    private final ControlPlaneApi api = regions.api();

    @BeforeEach
    void atHome() throws Exception {
        regions.bringHome(THIRD, "east-1");
    }

    @AfterEach
    void leavesEverythingRunning() throws Exception {
        regions.healAndRestart();
    }

    @Test
    void oneWhoseDatabaseIsGone() throws Exception {
        comesBack(false);
    }

    @Test
    void oneWhoseKafkaIsGoneToo() throws Exception {
        comesBack(true);
    }

    private void comesBack(boolean kafkaToo) throws Exception {
        try (var before = LoadProcess.start(regions, 60, Duration.ofMinutes(5))) {
            regions.awaitWrites(300);
            judge(before);
        }
        regions.assertAllEqual(); // what it wrote last is everywhere: nothing is lost with its disks
        int life = region(LOST).path("life").asInt();
        loseDisks(kafkaToo);
        failOver();

        try (var meanwhile = LoadProcess.start(regions, 40, Duration.ofMinutes(30))) {
            long began = System.nanoTime();
            startEmpty();
            beginAnew(life + 1, kafkaToo);
            bootstrap();
            System.out.println("from its start with an empty database to its copies of all: "
                    + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
            for (String other : List.of("west", "north")) {
                ControlPlaneApi.await(
                        other + " to apply its new log",
                        Deadlines.of(Duration.ofSeconds(60)),
                        () -> TextNode.valueOf(asked(other, "select coalesce(max(life), 1) from meridian.life")),
                        text -> text.asText().equals(Integer.toString(life + 1)));
            }
            regions.bringHome(THIRD, "east-1");
            regions.awaitWrites(300);
            judge(meanwhile);
        }
        regions.assertAllEqual();
        assertThat(asked("west", "select count(*) from meridian.stopped")).isEqualTo("0");
        assertThat(asked(LOST, "select count(*) from meridian.stopped")).isEqualTo("0");
        assertThat(asked(LOST, "select count(*) > 0 from meridian.marker where kind = 'OPEN'"))
                .as("it wrote again")
                .isEqualTo("t");
    }

    private static void judge(LoadProcess load) throws Exception {
        JsonNode judged = load.endNow();
        System.out.println("load: " + judged);
        assertThat(judged.path("acknowledged").asLong()).isPositive();
        assertThat(judged.path("lost").asLong()).as(judged.toString()).isZero();
        assertThat(judged.path("doubled").asLong()).as(judged.toString()).isZero();
    }

    private void loseDisks(boolean kafkaToo) throws Exception {
        for (String process : PROCESSES) {
            regions.kill(LOST + "/" + process);
        }
        Folders.remove(regions.instance().layout().folder(LOST, "postgres").resolve("data"));
        if (kafkaToo) {
            Folders.remove(regions.instance().layout().folder(LOST, "kafka").resolve("data"));
        }
    }

    private void failOver() throws Exception {
        ControlPlaneApi.await(
                LOST + "'s agent to be missed",
                Deadlines.of(Duration.ofSeconds(60)),
                () -> region(LOST),
                region -> !region.path("agent").path("connected").asBoolean(true));
        var started = api.send(
                "POST",
                "/api/v1/failovers",
                "application/json",
                "{\"region\":\"" + LOST + "\",\"maxLoss\":\"120s\"}",
                regions.token());
        assertThat(started.status()).as(started.toString()).isEqualTo(202);
        JsonNode run = regions.awaitEnd(started.body().path("id").asText());
        assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("DONE");
    }

    private void startEmpty() throws Exception {
        regions.restart(LOST + "/postgres");
        regions.instance().region(LOST).prepareStores();
        for (String process : PROCESSES.reversed()) {
            if (!process.equals("postgres")) {
                regions.restart(LOST + "/" + process);
            }
        }
    }

    private void beginAnew(int life, boolean logLost) throws Exception {
        Launcher.Ran unsaid = launcher.meridian("region", "begin-anew", LOST);
        assertThat(unsaid.status()).as(unsaid.toString()).isEqualTo(2);
        Launcher.Ran dry = launcher.meridian("region", "begin-anew", LOST, "--dry-run");
        assertThat(dry.status()).as(dry.toString()).isZero();
        assertThat(dry.output()).contains("would be in life " + life);

        Launcher.Ran asked = logLost
                ? launcher.meridian("region", "begin-anew", LOST, "--log-lost", "--yes", "--reason", "its disks burnt")
                : launcher.meridian("region", "begin-anew", LOST, "--yes", "--reason", "its disks burnt");

        assertThat(asked.status()).as(asked.toString()).isEqualTo(8);
        assertThat(region(LOST).path("life").asInt()).isEqualTo(life - 1);
        approve();
        ControlPlaneApi.await(
                LOST + "'s agent to work with the empty database",
                Deadlines.of(Duration.ofSeconds(60)),
                () -> region(LOST),
                region -> region.path("data").asText().equals("UNSEEDED")
                        && region.path("agent").path("connected").asBoolean()
                        && region.path("agent").path("leaseRemainingMillis").asLong() > 0);
    }

    private void approve() throws Exception {
        if (second.isEmpty()) {
            var token = api.send(
                    "POST",
                    "/api/v1/tokens",
                    "application/json",
                    "{\"name\":\"" + SECOND + "\",\"roles\":[\"approver\"],\"validForDays\":1}",
                    regions.token(),
                    WHY);
            assertThat(token.status()).as("the first second person: " + token).isEqualTo(201);
            second = token.body().path("token").asText();
        }
        String waiting = api.get("/api/v1/approvals?waiting=true")
                .path("approvals")
                .path(0)
                .path("id")
                .asText();
        var approved =
                api.send("POST", "/api/v1/approvals/" + waiting + "/approve", "application/json", "{}", second, WHY);
        assertThat(approved.status() / 100).as(approved.toString()).isEqualTo(2);
    }

    private void bootstrap() throws Exception {
        var started = api.send(
                "POST", "/api/v1/seedings", "application/json", "{\"region\":\"" + LOST + "\"}", regions.token());
        assertThat(started.status()).as(started.toString()).isEqualTo(202);
        String id = started.body().path("id").asText();
        JsonNode ended = ControlPlaneApi.await(
                id + " to end",
                Deadlines.of(Duration.ofMinutes(10)),
                () -> api.get("/api/v1/seedings/" + id),
                seeding -> !seeding.path("state").asText().equals("RUNNING"));
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("DONE");
        ControlPlaneApi.await(
                LOST + " to be fit",
                Deadlines.of(Duration.ofSeconds(60)),
                () -> region(LOST),
                region -> region.path("data").asText().equals("RECONCILED"));
    }

    private JsonNode region(String name) throws Exception {
        for (JsonNode region : api.get("/api/v1/regions")) {
            if (region.path("name").asText().equals(name)) {
                return region;
            }
        }
        throw new AssertionError("no region " + name);
    }

    private String asked(String region, String query) throws Exception {
        LocalRegion known = regions.instance().region(region);
        try (Connection store = DriverManager.getConnection(
                        known.addresses().postgres(), "meridian_agent", known.password("meridian_agent"));
                Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
