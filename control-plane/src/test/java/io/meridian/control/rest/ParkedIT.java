package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;

import io.meridian.control.Await;
import io.meridian.control.ControlPlane;
import io.meridian.control.feed.FakeAgent;
import io.meridian.wire.ParkedShard;
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

/** What waits in a store, from the agent's word over the feed to the API, and a person's word the other way. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class ParkedIT {
    private static final Duration SOON = Duration.ofSeconds(20);
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

    private FakeAgent west;

    @BeforeEach
    void regions() throws Exception {
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
        west = new FakeAgent("west", List.of("east"), plane.feedPort());
        Await.until(SOON, west::shardsKnown, known -> known == 1024);
        west.park(parked(17, "REFUSED", "0/7"));
        west.park(parked(18, "BARRIER", "0/9"));
        Await.until(SOON, () -> get("/parked"), list -> list.getList("").size() == 2);
    }

    @AfterEach
    void gone() {
        west.close();
    }

    private static ParkedShard parked(int shard, String waiting, String position) {
        return ParkedShard.newBuilder()
                .setSource("east")
                .setShard(shard)
                .setWaiting(waiting)
                .setPosition(position)
                .setEpoch(1)
                .setReason("column nick is missing")
                .setSinceMicros(1_000_000)
                .setRecords(3)
                .setBytes(120)
                .build();
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static JsonPath get(String path) {
        return api().get(path).then().statusCode(200).extract().jsonPath();
    }

    @Test
    void whatWaitsIsListedAndSkippedByWhoSaysWhy() throws Exception {
        JsonPath listed = get("/parked");
        assertThat(listed.getString("[0].region")).isEqualTo("west");
        assertThat(listed.getString("[0].source")).isEqualTo("east");
        assertThat(listed.getInt("[0].shard")).isEqualTo(17);
        assertThat(listed.getString("[0].reason")).isEqualTo("column nick is missing");
        assertThat(listed.getString("[0].since")).isEqualTo("1970-01-01T00:00:01Z");
        Await.until(
                SOON,
                () -> get("/regions"),
                regions -> Integer.valueOf(2).equals(regions.get("find { it.name == 'west' }.agent.parkedShards")));

        String skip = "{\"position\":\"0/7\",\"reason\":\"dropped here\"}";
        api().body(skip)
                .post("/parked/west/main/east/17/skip?dryRun=true")
                .then()
                .statusCode(200)
                .body("state", equalTo("PENDING"));
        String id = asked(skip);
        JsonPath order = Await.until(
                SOON,
                () -> get("/parked/orders/" + id),
                read -> !read.getString("state").equals("PENDING"));

        assertThat(order.getString("state")).as(order.prettify()).isEqualTo("DONE");
        assertThat(order.getString("reason")).isEqualTo("dropped here");
        assertThat(order.getString("by")).isNotBlank();
        Await.until(SOON, () -> get("/parked"), list -> list.getList("").size() == 1);
        assertThat(asked(skip)).as("asked again with the key").isEqualTo(id);
        assertThat(get("/audit").getString("entries[0].what"))
                .isEqualTo("skip what waits at 0/7 of shard 17 from east in west/main: dropped here");
    }

    private static String asked(String skip) {
        return api().header("Idempotency-Key", "skip-17")
                .body(skip)
                .post("/parked/west/main/east/17/skip")
                .then()
                .statusCode(202)
                .header("Location", containsString("/api/v1/parked/orders/po-"))
                .extract()
                .path("id");
    }

    @Test
    void whatWaitsForOthersCanBeTriedButNotSkipped() throws Exception {
        api().body("{\"position\":\"0/9\",\"reason\":\"why\"}")
                .post("/parked/west/main/east/18/skip")
                .then()
                .statusCode(409)
                .body("type", endsWith(":not-skippable"));

        String id = api().body("{\"position\":\"0/9\"}")
                .post("/parked/west/main/east/18/retry")
                .then()
                .statusCode(202)
                .extract()
                .path("id");

        Await.until(
                SOON,
                () -> get("/parked/orders/" + id),
                read -> read.getString("state").equals("DONE"));
    }

    record Bad(String path, String body, int status, String type) {}

    static final List<Bad> BAD = List.of(
            new Bad("/west/main/east/17/skip", "{\"position\":\"0/7\"}", 400, "invalid-document"),
            new Bad("/west/main/east/17/skip", "{\"position\":\"0/8\",\"reason\":\"x\"}", 409, "not-parked"),
            new Bad("/west/main/east/19/retry", "{\"position\":\"0/7\"}", 409, "not-parked"),
            new Bad("/west/main/east/1024/retry", "{\"position\":\"0/7\"}", 404, "shard-out-of-range"),
            new Bad("/west/main/east/x/retry", "{\"position\":\"0/7\"}", 400, "invalid-argument"),
            new Bad("/mars/main/east/17/retry", "{\"position\":\"0/7\"}", 404, "unknown-region"),
            new Bad("/west/mian/east/17/retry", "{\"position\":\"0/7\"}", 404, "unknown-group"),
            new Bad("/west/main/east/17/retry", "{\"position\":\"0/7\",\"reason\":\"x\"}", 400, "invalid-document"));

    @ParameterizedTest
    @FieldSource("BAD")
    void whatCannotBeOrderedIsRefusedWithItsReason(Bad bad) {
        api().body(bad.body())
                .post("/parked" + bad.path())
                .then()
                .statusCode(bad.status())
                .body("type", endsWith(":" + bad.type()));
        api().get("/parked/orders/po-999").then().statusCode(404).body("type", endsWith(":unknown-order"));
    }
}
