package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.meridian.control.Await;
import io.meridian.control.ControlPlane;
import io.meridian.control.feed.FakeAgent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Copies that differ, and how they are mended, as agents that speak the real protocol tell them. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class VerificationIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** All rounds with their pauses, which are what makes a difference certain. */
    private static final Duration ALL_ROUNDS = Duration.ofSeconds(60);

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

    @Inject
    ControlPlane plane;

    private FakeAgent east;
    private FakeAgent west;

    @BeforeEach
    void regions() throws Exception {
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
        east = new FakeAgent("east", List.of("west"), plane.feedPort());
        west = new FakeAgent("west", List.of("east"), plane.feedPort());
        for (FakeAgent agent : List.of(east, west)) {
            Await.until(SOON, agent::shardsKnown, known -> known == 1024);
        }
    }

    @AfterEach
    void gone() {
        east.close();
        west.close();
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static JsonPath ended(String id) throws Exception {
        return Await.until(
                ALL_ROUNDS,
                () -> api().get("/verifications/" + id)
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath(),
                read -> !read.getString("state").equals("RUNNING"));
    }

    @Test
    void copiesThatDifferAreShownRowByRow() throws Exception {
        east.row(17, "1", 0x11);
        west.row(17, "1", 0x11);
        east.row(17, "7", 0x9f);
        west.row(17, "8", 0x80);

        String body = "{\"shards\":\"16-18\",\"tables\":[\"public.account\"],\"rows\":true}";
        String id = api().body(body)
                .post("/verifications")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        assertThat((String) api().body(body)
                        .post("/verifications")
                        .then()
                        .statusCode(202)
                        .extract()
                        .path("id"))
                .as("the same is joined")
                .isEqualTo(id);
        api().post("/verifications").then().statusCode(409).body("type", endsWith(":verification-runs"));
        JsonPath done = ended(id);

        assertThat(done.getString("state")).as(done.prettify()).isEqualTo("DONE");
        assertThat(done.getBoolean("equal")).isFalse();
        assertThat(done.getInt("shards")).isEqualTo(3);
        assertThat(done.getString("problem")).isNull();
        assertThat(done.getList("differences")).hasSize(1);
        assertThat(done.getBoolean("differences[0].moreRows")).isFalse();
        assertThat(done.getList("differences[0].rows.key.id", String.class)).containsExactly("7", "8");
        assertThat(done.getString("differences[0].rows[0].table")).isEqualTo("public.account");
        assertThat(done.getString("differences[0].rows[0].regions.east")).isEqualTo("000000000000009f");
        assertThat(done.getMap("differences[0].rows[0].regions")).containsKey("west");
        assertThat(done.getString("differences[0].rows[0].regions.west")).isNull();
        repaired(id);
    }

    /** Shard 17 is the east's: row 7 is written once more, and row 8, which it has not, told as deleted. */
    private static void repaired(String verification) throws Exception {
        String body = "{\"verification\":\"" + verification + "\"}";
        api().body(body)
                .post("/repairs?dryRun=true")
                .then()
                .statusCode(200)
                .body("shards[0].asked.'public.account'", equalTo(2))
                .body("shards[0].missing", equalTo(1))
                .body("shards[0].rows", nullValue());
        String id = api().header("Idempotency-Key", "repair-17")
                .body(body)
                .post("/repairs")
                .then()
                .statusCode(202)
                .header("Location", containsString("/api/v1/repairs/rp-"))
                .extract()
                .path("id");
        JsonPath done = Await.until(
                SOON,
                () -> api().get("/repairs/" + id)
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath(),
                read -> !read.getString("state").equals("RUNNING"));

        assertThat(done.getString("state")).as(done.prettify()).isEqualTo("DONE");
        assertThat(done.getInt("shards[0].shard")).isEqualTo(17);
        assertThat(done.getString("shards[0].owner")).isEqualTo("east");
        assertThat(done.getLong("shards[0].rows")).isEqualTo(1);
        assertThat(done.getLong("shards[0].absent")).isEqualTo(1);
        assertThat(done.getString("verification")).isEqualTo(verification);
        api().get("/repairs").then().statusCode(200).body("repairs[0].id", equalTo(id));
        api().header("Idempotency-Key", "repair-17")
                .body(body)
                .post("/repairs")
                .then()
                .statusCode(202)
                .body("id", equalTo(id));
        api().get("/audit").then().body("entries.what", hasItem("repair what " + verification + " found"));
    }

    @Test
    void wholeShardsAreRepairedByTheirOwnersOneRepairAtATime() throws Exception {
        west.stall(FakeAgent.Work.REPAIRS);
        String id = api().body("{\"shards\":\"0,900\",\"tables\":[\"public.account\"]}")
                .post("/repairs")
                .then()
                .statusCode(202)
                .body("state", equalTo("RUNNING"))
                .extract()
                .path("id");
        api().body("{\"shards\":\"3\"}").post("/repairs").then().statusCode(409).body("type", endsWith(":repair-runs"));

        // It attaches anew and is told again.
        west.close();
        west = west.attachedTo(plane.feedPort());

        JsonPath done = Await.until(
                SOON,
                () -> api().get("/repairs/" + id)
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath(),
                read -> !read.getString("state").equals("RUNNING"));
        assertThat(done.getString("state")).as(done.prettify()).isEqualTo("DONE");
        assertThat(done.getList("shards.owner", String.class)).containsExactly("east", "west");
        assertThat(done.getList("tables", String.class)).containsExactly("public.account");
    }

    static final List<Bad> NOT_REPAIRED = List.of(
            new Bad("{}", 400, "invalid-document", "/verification"),
            new Bad("{\"verification\":\"vf-1\",\"shards\":\"1\"}", 400, "invalid-document", "/verification"),
            new Bad("{\"verification\":\"vf-999\"}", 404, "unknown-verification", "/verification"),
            new Bad("{\"shards\":\"1024\"}", 404, "shard-out-of-range", "/shards"),
            new Bad("{\"shards\":\"0-64\"}", 409, "limit-reached", "/shards"),
            new Bad("{\"shards\":\"1\",\"tables\":[\"public.x\"]}", 404, "unknown-table", "/tables/0"));

    @ParameterizedTest
    @FieldSource("NOT_REPAIRED")
    void whatCannotBeRepairedIsRefusedWithItsPlace(Bad bad) {
        api().body(bad.body())
                .post("/repairs?dryRun=true")
                .then()
                .statusCode(bad.status())
                .body("type", endsWith(":" + bad.type()))
                .body("errors.pointer", hasItem(bad.pointer()));
        api().get("/repairs/rp-999").then().statusCode(404).body("type", endsWith(":unknown-repair"));
    }

    record Bad(String body, int status, String type, String pointer) {}

    static final List<Bad> BAD = List.of(
            new Bad("{\"shards\":\"1024\"}", 404, "shard-out-of-range", "/shards"),
            new Bad("{\"shards\":\"9-3\"}", 400, "invalid-argument", "/shards"),
            new Bad("{\"shards\":7}", 400, "invalid-document", "/shards"),
            new Bad("{\"tables\":[\"public.acount\"]}", 404, "unknown-table", "/tables/0"),
            new Bad("{\"tables\":[]}", 400, "invalid-document", "/tables"),
            new Bad("{\"tables\":[7]}", 400, "invalid-document", "/tables/0"),
            new Bad("{\"rows\":\"yes\"}", 400, "invalid-document", "/rows"),
            new Bad("{\"row\":true}", 400, "invalid-document", "/row"));

    @ParameterizedTest
    @FieldSource("BAD")
    void whatCannotBeComparedIsRefusedWithItsPlace(Bad bad) {
        api().body(bad.body())
                .post("/verifications?dryRun=true")
                .then()
                .statusCode(bad.status())
                .body("type", endsWith(":" + bad.type()))
                .body("errors.pointer", hasItem(bad.pointer()));
    }
}
