package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.meridian.control.Await;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules of drills over the API, and one that is due. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class DrillScheduleResourceIT {
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
        {"document": "name: my-loss\\nexplanation: a region is lost\\nact: {lose: {region: west, how: kill, maxLoss: 1rows}}\\nduration: 20s\\n"}\
        """;

    private static final String WEEKLY = """
        {"scenario": "my-loss", "region": "east", "cron": "0 3 * * MON", "timeZone": "Europe/Berlin", "windowMinutes": 60,
         "blackouts": ["2026-12-24", "2026-12-26/2027-01-06"], "note": "agreed with payments"}\
        """;

    @BeforeEach
    void aScenario() {
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
        api().body(SCENARIO).put("/drills/scenarios/my-loss").then().statusCode(200);
    }

    @AfterEach
    void noneIsLeft() {
        get("/drills/schedules")
                .getList("schedules.name", String.class)
                .forEach(
                        name -> api().delete("/drills/schedules/" + name).then().statusCode(200));
        get("/drills")
                .getList("drills.findAll { it.state == 'WAITING' }.id", String.class)
                .forEach(id -> api().post("/drills/" + id + "/abort").then().statusCode(202));
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1")
                .header("Authorization", "Bearer " + SingleNode.TOKEN)
                .contentType("application/json");
    }

    private static JsonPath get(String path) {
        return api().get(path).then().statusCode(200).extract().jsonPath();
    }

    private static String declared() {
        return api().body(WEEKLY)
                .put("/drills/schedules/weekly")
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");
    }

    @Test
    void oneIsDeclaredShownListedDisabledEnabledAndRemoved() {
        api().body(WEEKLY)
                .put("/drills/schedules/weekly?dryRun=true")
                .then()
                .statusCode(200)
                .body("next", hasSize(5))
                .header("ETag", nullValue());
        api().get("/drills/schedules").then().body("schedules", empty());

        String tag = declared();

        api().get("/drills/schedules/weekly")
                .then()
                .statusCode(200)
                .header("ETag", equalTo(tag))
                .body("scenario", equalTo("my-loss"))
                .body("region", equalTo("east"))
                .body("cron", equalTo("0 3 * * MON"))
                .body("timeZone", equalTo("Europe/Berlin"))
                .body("windowMinutes", equalTo(60))
                .body("blackouts", equalTo(List.of("2026-12-24", "2026-12-26/2027-01-06")))
                .body("enabled", equalTo(true))
                .body("note", equalTo("agreed with payments"))
                .body("by", equalTo("admin"))
                .body("attempt", nullValue())
                .body("outcomes", empty())
                .body("started", equalTo(0));
        JsonPath listed = get("/drills/schedules");
        for (int i = 0; i < 5; i++) {
            ZonedDateTime local = ZonedDateTime.parse(listed.getString("schedules[0].next[" + i + "].local"));
            assertThat(local.getHour()).isEqualTo(3);
            assertThat(local.toInstant())
                    .isAfter(Instant.now())
                    .isEqualTo(Instant.parse(listed.getString("schedules[0].next[" + i + "].at")));
        }

        api().post("/drills/schedules/weekly/disable")
                .then()
                .statusCode(200)
                .body("enabled", equalTo(false))
                .body("next", empty());
        api().post("/drills/schedules/weekly/enable").then().statusCode(200).body("enabled", equalTo(true));
        api().delete("/drills/schedules/weekly").then().statusCode(200).body("schedules", empty());
        api().get("/drills/schedules/weekly").then().statusCode(404).body("type", endsWith(":unknown-schedule"));
        assertThat(get("/audit").getList("entries.what", String.class))
                .contains(
                        "schedule weekly: drill my-loss about east at '0 3 * * MON' Europe/Berlin, for 60 min, not on"
                                + " 2026-12-24, 2026-12-26/2027-01-06, enabled: agreed with payments",
                        "disable schedule weekly",
                        "enable schedule weekly",
                        "remove schedule weekly");
    }

    @Test
    void whatIsNotSaidIsAsTheDocumentSays() {
        api().body("{\"scenario\":\"my-loss\",\"cron\":\" 0  3 * * * \"}")
                .put("/drills/schedules/plain")
                .then()
                .statusCode(200)
                .body("timeZone", equalTo("UTC"))
                .body("windowMinutes", equalTo(30))
                .body("enabled", equalTo(true))
                .body("blackouts", empty())
                .body("region", nullValue())
                .body("note", nullValue());
    }

    @Test
    void aChangeThatWasDecidedOnAnotherOneIsRefusedAndChangesNothing() {
        String tag = declared();
        String other = api().header("If-Match", tag)
                .body(WEEKLY.replace("MON", "TUE"))
                .put("/drills/schedules/weekly")
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");
        assertThat(other).isNotEqualTo(tag);

        for (String path : List.of("/disable", "/enable")) {
            api().header("If-Match", tag)
                    .post("/drills/schedules/weekly" + path)
                    .then()
                    .statusCode(412)
                    .body("type", endsWith(":revision-conflict"));
        }
        api().header("If-Match", tag).delete("/drills/schedules/weekly").then().statusCode(412);
        api().header("If-Match", tag)
                .body(WEEKLY)
                .put("/drills/schedules/weekly")
                .then()
                .statusCode(412);

        api().get("/drills/schedules/weekly")
                .then()
                .header("ETag", equalTo(other))
                .body("cron", equalTo("0 3 * * TUE"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"cron\":\"0 25 * * *\" | /cron | field 2 (hour, at character 3)",
                "\"cron\":\"0 3 * *\" | /cron | has 4 fields",
                "\"cron\":\"*/5 * * * *\" | /cron | more often than once in 60 min",
                "\"cron\":\"0 0 30 2 *\" | /cron | never comes",
                "\"cron\":7 | /cron | not a text",
                "\"note\":\"x\" | /cron | missing",
                "\"cron\":\"0 3 * * *\",\"timeZone\":\"Berlin\" | /timeZone | 'Berlin' is no time zone",
                "\"cron\":\"0 3 * * *\",\"region\":\"AAA\" | /region | 'AAA' is no name of a region",
                "\"cron\":\"0 3 * * *\",\"windowMinutes\":0 | /windowMinutes | from 1 to 720",
                "\"cron\":\"0 3 * * *\",\"windowMinutes\":721 | /windowMinutes | from 1 to 720",
                "\"cron\":\"0 3 * * *\",\"blackouts\":[\"2026-12-24\",\"2026-02-30\"] | /blackouts/1 | a day such as",
                "\"cron\":\"0 3 * * *\",\"blackouts\":\"2026-12-24\" | /blackouts | not a list",
                "\"cron\":\"0 3 * * *\",\"enabled\":\"yes\" | /enabled | true or false",
                "\"cron\":\"0 3 * * *\",\"when\":1 | /when | unknown",
            })
    void whatIsNoScheduleIsToldWithItsFieldAndChangesNothing(String members, String pointer, String detail) {
        String tag = declared();

        api().body("{\"scenario\":\"my-loss\"," + members + "}")
                .put("/drills/schedules/weekly")
                .then()
                .statusCode(400)
                .body("errors.pointer", hasItem(pointer))
                .body("errors.find { it.pointer == '" + pointer + "' }.detail", containsString(detail));

        api().get("/drills/schedules/weekly").then().header("ETag", equalTo(tag));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "weekly | {\"scenario\":\"nothing\",\"cron\":\"0 3 * * *\"} | 404 | unknown-scenario",
                "weekly | {\"scenario\":\"my-loss\",\"region\":\"north\",\"cron\":\"0 3 * * *\"} | 404 |"
                        + " unknown-region",
                "Weekly | {\"scenario\":\"my-loss\",\"cron\":\"0 3 * * *\"} | 400 | invalid-document",
            })
    void whatThereIsNotIsNotScheduled(String name, String body, int status, String type) {
        api().body(body)
                .put("/drills/schedules/" + name)
                .then()
                .statusCode(status)
                .body("type", endsWith(":" + type));
        for (String act : List.of("enable", "disable")) {
            api().post("/drills/schedules/none/" + act).then().statusCode(404);
        }
        api().delete("/drills/schedules/none").then().statusCode(404);
    }

    /** By the real clock, so this takes up to a minute. */
    @Test
    void whatIsDueIsAskedForAndEndsAsItsRunnerSays() throws Exception {
        ZonedDateTime due = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(65);
        api().body("{\"scenario\":\"my-loss\",\"cron\":\"" + due.getMinute() + " " + due.getHour() + " * * *\"}")
                .put("/drills/schedules/soon")
                .then()
                .statusCode(200);

        JsonPath tried = Await.until(
                Duration.ofSeconds(90),
                () -> get("/drills/schedules/soon"),
                schedule -> schedule.getString("attempt.drill") != null);
        String id = tried.getString("attempt.drill");
        api().get("/drills/" + id)
                .then()
                .body("by", equalTo("schedule soon"))
                .body("why", containsString("schedule soon, due "))
                .body("state", equalTo("WAITING"));
        api().body("{\"runner\":\"r1\"}")
                .post("/drills/" + id + "/claim")
                .then()
                .statusCode(200);
        api().body("{\"runner\":\"r1\",\"outcome\":\"PASSED\"}")
                .post("/drills/" + id + "/result")
                .then()
                .statusCode(200);

        JsonPath settled = Await.until(
                Duration.ofSeconds(20),
                () -> get("/drills/schedules/soon"),
                schedule -> schedule.getInt("started") == 1);
        assertThat(settled.getString("outcomes[0].outcome")).isEqualTo("STARTED");
        assertThat(settled.getString("outcomes[0].drill")).isEqualTo(id);
        assertThat(settled.getString("outcomes[0].state")).isEqualTo("PASSED");
        assertThat(settled.getString("attempt")).isNull();
        assertThat(given().get("/q/metrics").then().extract().asString())
                .contains("meridian_control_scheduled_drills_total{outcome=\"started\"} 1.0");
        assertThat(get("/audit").getList("entries.who", String.class)).contains("schedule soon");
    }
}
