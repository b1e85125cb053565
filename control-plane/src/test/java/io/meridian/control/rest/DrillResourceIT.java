package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Drills over the API, by a person and by a runner. Nothing is broken here: that is the runner's. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class DrillResourceIT {
    private static final String TOPOLOGY = """
        name: test
        shards: 1024
        regions: [{name: east, city: alpha}, {name: west, city: beta}]
        storeGroups: [{name: main, partitions: 4}]
        zones:
          - {name: east-1, region: east, weight: 1, endpoints: ["127.0.0.1:1"]}
          - {name: west-1, region: west, weight: 1, endpoints: ["127.0.0.1:2"]}
        services: [{name: ledger, keys: ["header:x-user-key"]}]
        tables: [{name: public.account, shardingColumn: user_key, storeGroup: main}]
        gateways: [{from: east, to: west, address: "127.0.0.1:3"}, {from: west, to: east, address: "127.0.0.1:4"}]
        """;

    private static final String SCENARIO = """
        name: my-link
        explanation: the link is down
        act:
          link: {from: east, to: west, direction: both-ways, down: true}
        duration: 20s
        """;

    @BeforeEach
    void regions() {
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
        api().body(Map.of("document", SCENARIO))
                .contentType("application/json")
                .put("/drills/scenarios/my-link")
                .then()
                .statusCode(200)
                .body("scenario.about", equalTo("east <-> west"))
                .body("scenario.anyRegion", equalTo(false))
                .body("document", equalTo(SCENARIO));
    }

    @AfterEach
    void noneIsLeft() {
        get("/drills")
                .getList("drills.findAll { it.endedAt == null }.id", String.class)
                .forEach(id -> {
                    JsonPath aborted = api().post("/drills/" + id + "/abort")
                            .then()
                            .statusCode(202)
                            .extract()
                            .jsonPath();
                    if (aborted.getString("state").equals("ABORTING")) {
                        api().body("{\"runner\":\"" + aborted.getString("runner.name") + "\",\"outcome\":\"ABORTED\"}")
                                .post("/drills/" + id + "/result")
                                .then()
                                .statusCode(200);
                    }
                });
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static JsonPath get(String path) {
        return api().get(path).then().statusCode(200).extract().jsonPath();
    }

    private static String started() {
        return api().body("{\"scenario\":\"my-link\",\"why\":\"monthly\"}")
                .post("/drills")
                .then()
                .statusCode(202)
                .header("Location", containsString("/api/v1/drills/dr-"))
                .body("state", equalTo("WAITING"))
                .body("waitsFor", containsString("drill serve"))
                .body("runner", nullValue())
                .extract()
                .path("id");
    }

    @Test
    void oneIsAskedForClaimedToldOfAndReported() {
        api().body("{\"scenario\":\"my-link\"}")
                .post("/drills?dryRun=true")
                .then()
                .statusCode(200)
                .body("state", equalTo("WAITING"));
        assertThat(get("/drills").getList("drills.findAll { it.endedAt == null }"))
                .isEmpty();
        String id = started();
        api().body("{\"scenario\":\"my-link\"}")
                .post("/drills")
                .then()
                .statusCode(409)
                .body("type", endsWith(":drill-runs"))
                .body("detail", containsString(id));

        api().body("{\"runner\":\"r1\"}")
                .post("/drills/" + id + "/claim")
                .then()
                .statusCode(200)
                .body("document", equalTo(SCENARIO))
                .body("drill.state", equalTo("RUNNING"));
        api().body("{\"runner\":\"r2\"}")
                .post("/drills/" + id + "/claim")
                .then()
                .statusCode(409)
                .body("type", endsWith(":drill-claimed"));
        api().body("{\"runner\":\"r1\",\"first\":0,\"lines\":[{\"at\":\"2026-01-01T00:00:00Z\",\"text\":\"probing\"}]}")
                .post("/drills/" + id + "/progress")
                .then()
                .statusCode(200)
                .body("lines.text", equalTo(List.of("probing")));
        api().get("/drills/" + id + "/report").then().statusCode(404).body("type", endsWith(":no-drill-report"));
        api().post("/drills/" + id + "/abort").then().statusCode(202).body("state", equalTo("ABORTING"));
        api().body(
                        "{\"runner\":\"r1\",\"outcome\":\"ABORTED\",\"reason\":\"somebody asked\",\"begunAt\":\"2026-01-01T00:00:00Z\","
                                + "\"figures\":{\"rtoMillis\":1200,\"lost\":0},\"runs\":[],\"report\":{\"format\":1}}")
                .post("/drills/" + id + "/result")
                .then()
                .statusCode(200)
                .body("state", equalTo("ABORTED"))
                .body("figures.rtoMillis", equalTo(1200))
                .body("figures.rpoRows", nullValue())
                .body("begunAt", equalTo("2026-01-01T00:00:00Z"))
                .body("endedAt", notNullValue())
                .body("report", equalTo(true));

        assertThat(api().get("/drills/" + id + "/report").then().extract().asString())
                .isEqualTo("{\"format\":1}");
        api().get("/drills?limit=1").then().body("drills", hasSize(1)).body("drills[0].id", equalTo(id));
        assertThat(get("/audit").getList("entries.what", String.class))
                .contains("drill my-link: monthly", "claim drill " + id + " for runner r1", "abort drill " + id)
                .noneMatch(what -> what.contains("is heard"));
        api().post("/drills/" + id + "/abort").then().statusCode(409).body("type", endsWith(":drill-ended"));
    }

    @Test
    void oneThatWaitsIsTakenBackAndAnEqualKeyStartsNoSecondOne() {
        String id = api().header("Idempotency-Key", "drill-once")
                .body("{\"scenario\":\"my-link\"}")
                .post("/drills")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        api().header("Idempotency-Key", "drill-once")
                .body("{\"scenario\":\"my-link\"}")
                .post("/drills")
                .then()
                .statusCode(202)
                .body("id", equalTo(id));

        api().post("/drills/" + id + "/abort")
                .then()
                .statusCode(202)
                .body("state", equalTo("SKIPPED"))
                .body("reason", containsString("before it began"));
    }

    @Test
    void aRunnerThatBeginsByItselfBringsItsText() {
        String own = SCENARIO.replace("my-link", "own-link");
        api().body(Map.of("scenario", "own-link", "runner", "r1", "document", own))
                .contentType("application/json")
                .post("/drills")
                .then()
                .statusCode(202)
                .body("state", equalTo("RUNNING"))
                .body("version", nullValue())
                .body("runner.lost", equalTo(false));
        assertThat(get("/drills/scenarios").getList("scenarios.name")).doesNotContain("own-link");
    }

    @Test
    void readinessIsOfTheNewestDrillOfBothEndsOfTheLink() {
        String id = started();
        api().body("{\"runner\":\"r1\"}")
                .post("/drills/" + id + "/claim")
                .then()
                .statusCode(200);
        api().body("{\"runner\":\"r1\",\"outcome\":\"PASSED\"}")
                .post("/drills/" + id + "/result")
                .then()
                .statusCode(200);

        JsonPath readiness = get("/readiness");

        assertThat(readiness.getList("regions.region")).containsExactly("east", "west");
        for (int region = 0; region < 2; region++) {
            String its = "regions[" + region + "].scenarios.find { it.scenario == 'my-link' }.";
            assertThat(readiness.getInt(its + "score")).isEqualTo(100);
            assertThat(readiness.getString(its + "drill")).isEqualTo(id);
            assertThat(readiness.getString(its + "why")).contains("passed and counts whole until");
        }
        assertThat(given().get("/q/metrics").then().extract().asString())
                .contains("meridian_control_drill_readiness_ratio{region=\"west\",scenario=\"my-link\"} 1.0");
    }

    @Test
    void aReportThatIsTooLongIsRefusedAndTheDrillGoesOn() {
        String id = started();
        api().body("{\"runner\":\"r1\"}")
                .post("/drills/" + id + "/claim")
                .then()
                .statusCode(200);

        api().body("{\"runner\":\"r1\",\"outcome\":\"PASSED\",\"report\":{\"x\":\"" + "x".repeat(1 << 16) + "\"}}")
                .post("/drills/" + id + "/result")
                .then()
                .statusCode(409)
                .body("type", endsWith(":limit-reached"));

        api().get("/drills/" + id).then().body("state", equalTo("RUNNING"));
    }

    @Test
    void scenariosAreChangedAndRemoved() {
        api().body(Map.of("document", SCENARIO.replace("20s", "30s")))
                .contentType("application/json")
                .put("/drills/scenarios/my-link")
                .then()
                .statusCode(200);
        api().get("/drills/scenarios").then().body("scenarios.name", hasItem("my-link"));
        api().body(Map.of("document", SCENARIO))
                .contentType("application/json")
                .put("/drills/scenarios/another")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/document/name"));

        api().delete("/drills/scenarios/my-link").then().statusCode(200);

        api().get("/drills/scenarios/my-link").then().statusCode(404).body("type", endsWith(":unknown-scenario"));
        api().delete("/drills/scenarios/my-link").then().statusCode(404);
        api().body("{\"scenario\":\"my-link\"}")
                .post("/drills")
                .then()
                .statusCode(404)
                .body("type", endsWith(":unknown-scenario"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"scenario\":\"my-link\",\"region\":\"east\"} | 400 | invalid-argument",
                "{\"scenario\":\"nothing\"} | 404 | unknown-scenario",
                "{\"scenarios\":\"my-link\"} | 400 | invalid-document",
                "{\"scenario\":\"my-link\",\"document\":\"name: my-link\"} | 400 | invalid-document",
                "{\"scenario\":\"my-link\",\"runner\":\"No!\"} | 400 | invalid-document",
            })
    void whatCannotBeIsRefused(String body, int status, String type) {
        api().body(body).post("/drills").then().statusCode(status).body("type", endsWith(":" + type));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | /document",
                "name: x | /document/explanation",
                "{name: my-link, explanation: e, act: {explode: {region: east}}} | /document/act",
                "{name: my-link, explanation: e, act: {link: {from: east, to: west, direction: up}}} | /document/act/link/direction",
                "{name: my-link, explanation: e, act: {lose: {region: 7}}} | /document/act/lose/region",
            })
    void whatIsNoScenarioIsToldWithItsPlace(String document, String pointer) {
        api().body(Map.of("document", document))
                .contentType("application/json")
                .put("/drills/scenarios/my-link")
                .then()
                .statusCode(400)
                .body("errors.pointer", hasItem(pointer));
    }

    @Test
    void whatThereIsNotIsNotFound() {
        api().get("/drills/dr-999").then().statusCode(404).body("type", endsWith(":unknown-drill"));
        api().get("/drills/dr-999/report").then().statusCode(404);
        api().post("/drills/dr-999/abort").then().statusCode(404);
        for (String act : List.of("claim", "progress")) {
            api().body("{\"runner\":\"r1\"}")
                    .post("/drills/dr-999/" + act)
                    .then()
                    .statusCode(404);
        }
        api().body("{\"runner\":\"r1\",\"outcome\":\"PASSED\"}")
                .post("/drills/dr-999/result")
                .then()
                .statusCode(404);
    }
}
