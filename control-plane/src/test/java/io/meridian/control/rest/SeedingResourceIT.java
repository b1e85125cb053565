package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person asks for of copies that are made anew, over the API. No agent is there: nothing is copied. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class SeedingResourceIT {
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

    @BeforeEach
    void regions() {
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static JsonPath get(String path) {
        return api().get(path).then().statusCode(200).extract().jsonPath();
    }

    @Test
    void oneIsAskedForFollowedHeldUpAndTakenBack() {
        String wish = "{\"region\":\"west\",\"shards\":\"0-9\",\"why\":\"its disk was lost\"}";
        api().body(wish)
                .post("/seedings?dryRun=true")
                .then()
                .statusCode(200)
                .body("shards", equalTo(10))
                .body("counts.copying", equalTo(4))
                .body("left", equalTo("0-9"));
        assertThat(get("/regions").getInt("find { it.name == 'west' }.unfit")).isZero();

        JsonPath made = api().header("Idempotency-Key", "seeding-1")
                .body(wish)
                .post("/seedings")
                .then()
                .statusCode(202)
                .header("Location", containsString("/api/v1/seedings/sd-"))
                .extract()
                .jsonPath();
        String id = made.getString("id");

        assertThat(made.getString("state")).isEqualTo("RUNNING");
        assertThat(made.getString("why")).isEqualTo("its disk was lost");
        assertThat(made.getString("by")).isNotBlank();
        assertThat(made.getList("underWay.state")).hasSize(4).containsOnly("PREPARING");
        assertThat(made.getString("underWay[0].owner")).isEqualTo("east");
        api().header("Idempotency-Key", "seeding-1")
                .body(wish)
                .post("/seedings")
                .then()
                .header("Location", endsWith(id));
        api().post("/seedings/" + id + "/pause").then().statusCode(200).body("state", equalTo("PAUSED"));
        api().post("/seedings/" + id + "/resume").then().statusCode(200).body("state", equalTo("RUNNING"));
        api().body("{\"region\":\"west\",\"shards\":\"9\"}")
                .post("/seedings")
                .then()
                .statusCode(409)
                .body("type", equalTo("urn:meridian:problem:seeding-runs"))
                .body("detail", containsString(id));
        api().body("{\"shards\":\"0\",\"to\":\"west-1\"}")
                .post("/moves?dryRun=true")
                .then()
                .statusCode(409)
                .body("type", equalTo("urn:meridian:problem:not-seeded"));
        api().post("/seedings/" + id + "/cancel").then().statusCode(200).body("state", equalTo("CANCELLED"));
        assertThat(get("/regions").getInt("find { it.name == 'west' }.unfit"))
                .as("what was begun is not whole")
                .isEqualTo(4);
        api().post("/seedings/" + id + "/pause")
                .then()
                .statusCode(409)
                .body("type", equalTo("urn:meridian:problem:seeding-ended"));
        api().post("/seedings/" + id + "/retry").then().statusCode(202).body("state", equalTo("RUNNING"));
        api().post("/seedings/" + id + "/cancel").then().statusCode(200);
        assertThat(get("/seedings/" + id).getString("endedAt")).isNotBlank();
        api().get("/seedings").then().body("seedings.findAll { it.id == '" + id + "' }", hasSize(1));
        assertThat(get("/audit").getList("entries.what", String.class))
                .contains("seed region west with shards 0-9: its disk was lost", "retry seeding " + id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"region\":\"mars\"} | 404 | unknown-region",
                "{\"region\":\"west\",\"shards\":\"1024\"} | 404 | shard-out-of-range",
                "{\"region\":\"west\",\"shards\":\"x\"} | 400 | invalid-argument",
                "{\"region\":\"west\",\"shards\":\"1000\"} | 409 | not-seedable",
                "{\"shards\":\"1\"} | 400 | invalid-document",
                "{\"region\":\"west\",\"shard\":\"1\"} | 400 | invalid-document",
            })
    void whatCannotBeIsRefused(String body, int status, String type) {
        api().body(body)
                .post("/seedings")
                .then()
                .statusCode(status)
                .body("type", equalTo("urn:meridian:problem:" + type));
    }

    @Test
    void whatThereIsNotIsNotFound() {
        for (String act : new String[] {"pause", "resume", "cancel", "retry"}) {
            api().post("/seedings/sd-999/" + act)
                    .then()
                    .statusCode(404)
                    .body("type", equalTo("urn:meridian:problem:unknown-seeding"));
        }
        api().get("/seedings/sd-999").then().statusCode(404);
    }
}
