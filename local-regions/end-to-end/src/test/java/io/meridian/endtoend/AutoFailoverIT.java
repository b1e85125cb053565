package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A region whose policy is auto dies as a whole, and nobody does anything about it. */
class AutoFailoverIT {
    private static final String LOST = "east";
    private static final String WHY = "an exercise";
    /** In the order in which they are lost; they come back in the other. */
    private static final String SECOND = "auto-failover-second";

    private static final List<String> PROCESSES =
            List.of("envoy", "ledger", "router-xds", "control-plane", "sync-agent", "kafka", "postgres");

    private final TestRegions regions = TestRegions.shared();
    private final ControlPlaneApi api = regions.api();

    @BeforeEach
    void atHome() throws Exception {
        regions.bringHome("0-340", "east-1");
    }

    @AfterEach
    void leavesEverythingAsItWas() throws Exception {
        ControlPlaneApi.Answer back = declare("recommend");
        // Where nobody approves, nothing waits for a second person: as the others find it.
        api.send("DELETE", "/api/v1/tokens/" + SECOND, "application/json", "", regions.token(), WHY);
        for (String process : PROCESSES.reversed()) {
            if (!regions.instance().process(LOST + "/" + process).alive()) {
                regions.restart(LOST + "/" + process);
            }
        }
        regions.healAndRestart();
        ControlPlaneApi.await(
                LOST + " to be reconciled",
                Deadlines.of(Duration.ofMinutes(3)),
                () -> region(LOST),
                region -> region.path("data").asText().equals("RECONCILED"));
        regions.bringHome("0-340", "east-1");
        assertThat(back.status()).as(back.toString()).isEqualTo(200);
    }

    @Test
    void aRegionThatDiesIsFailedOverWithoutAnybody() throws Exception {
        letItFailOverByItself();
        try (var load = LoadProcess.start(regions, 60, Duration.ofSeconds(60))) {
            regions.awaitWrites(200);
            for (String process : PROCESSES) {
                regions.kill(LOST + "/" + process);
            }
            JsonNode begun = ControlPlaneApi.await(
                    "a failover of " + LOST + " that nobody asked for",
                    Deadlines.of(Duration.ofMinutes(2)),
                    () -> newestRun(),
                    run -> run.path("kind").asText().equals("FAILOVER")
                            && run.path("endedAt").isNull());

            JsonNode run = regions.awaitEnd(begun.path("id").asText());

            assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("DONE");
            assertThat(api.get("/api/v1/shards").path("shards").findValuesAsText("region"))
                    .doesNotContain(LOST);
            assertThat(api.get("/api/v1/audit?what=fail%20over%20" + LOST)
                            .path("entries")
                            .findValuesAsText("who"))
                    .contains("automatic failover");
            for (String process : PROCESSES.reversed()) {
                regions.restart(LOST + "/" + process);
            }
            assertThat(load.result().path("doubled").asLong()).isZero();
        }
    }

    /** It takes two, and there is a second one in these regions only once somebody makes one. */
    private void letItFailOverByItself() throws Exception {
        ControlPlaneApi.Answer waits = declare("auto");
        if (waits.status() != 202) {
            assertThat(waits.status()).as(waits.toString()).isEqualTo(200);
            return;
        }
        ControlPlaneApi.Answer second = api.send(
                "POST",
                "/api/v1/tokens",
                "application/json",
                "{\"name\":\"" + SECOND + "\",\"roles\":[\"approver\"],\"validForDays\":1}",
                regions.token(),
                WHY);
        assertThat(second.status()).as("the first second person: " + second).isEqualTo(201);
        ControlPlaneApi.Answer approved = api.send(
                "POST",
                "/api/v1/approvals/" + waits.body().path("id").asText() + "/approve",
                "application/json",
                "{}",
                second.body().path("token").asText(),
                WHY);
        assertThat(approved.status() / 100).as(approved.toString()).isEqualTo(2);
    }

    private ControlPlaneApi.Answer declare(String mode) throws Exception {
        ObjectNode topology = api.get("/api/v1/topology").path("topology").deepCopy();
        for (JsonNode region : topology.path("regions")) {
            if (region.path("name").asText().equals(LOST)) {
                ObjectNode failover =
                        ((ObjectNode) region).putObject("failover").put("mode", mode);
                if (mode.equals("auto")) {
                    failover.put("maxLoss", "60s");
                }
            }
        }
        return api.send("PUT", "/api/v1/topology", "application/json", topology.toString(), regions.token(), WHY);
    }

    private JsonNode newestRun() throws Exception {
        return api.get("/api/v1/runs").path("runs").path(0);
    }

    private JsonNode region(String name) throws Exception {
        for (JsonNode region : api.get("/api/v1/regions")) {
            if (region.path("name").asText().equals(name)) {
                return region;
            }
        }
        throw new AssertionError("no region " + name);
    }
}
