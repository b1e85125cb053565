package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.meridian.control.Await;
import io.meridian.control.ControlPlane;
import io.meridian.control.feed.FakeAgent;
import io.meridian.control.feed.FakeRouter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Computed runs over HTTP. What moves is moved back: other tests share the node. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class ReassignmentIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TOPOLOGY = """
            name: test
            shards: 1024
            regions: [{name: east, city: alpha}, {name: west, city: beta}]
            storeGroups: [{name: main, partitions: 4}]
            zones:
              - {name: east-1, region: east, weight: 1, endpoints: ["127.0.0.1:1"], group: blue, capacity: 1000}
              - {name: west-1, region: west, weight: 1, endpoints: ["127.0.0.1:2"], capacity: 1000}
              - {name: east-2, region: east, weight: 0, endpoints: ["127.0.0.1:5"], group: green}
              - {name: west-9, region: west, weight: 0, endpoints: ["127.0.0.1:6"], elastic: true}
            services: [{name: ledger, keys: ["header:x-user-key"]}]
            tables: [{name: public.account, shardingColumn: user_key, storeGroup: main}]
            gateways: [{from: east, to: west, address: "127.0.0.1:3"}, {from: west, to: east, address: "127.0.0.1:4"}]
            """;

    @Inject
    ControlPlane plane;

    private List<FakeAgent> agents = List.of();
    private List<FakeRouter> routers = List.of();

    @BeforeEach
    void regions() throws Exception {
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
        int port = plane.feedPort();
        agents = List.of(new FakeAgent("east", List.of("west"), port), new FakeAgent("west", List.of("east"), port));
        routers = List.of(new FakeRouter("east", port), new FakeRouter("west", port));
        Await.until(
                SOON,
                () -> get("/regions"),
                regions -> regions.getList("agent.connected").equals(List.of(true, true))
                        && regions.getList("router.connected").equals(List.of(true, true)));
    }

    @AfterEach
    void gone() {
        agents.forEach(FakeAgent::close);
        routers.forEach(FakeRouter::close);
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static JsonPath get(String path) {
        return api().get(path).then().statusCode(200).extract().jsonPath();
    }

    private static ValidatableResponse post(String path, String body) {
        return api().body(body).post(path).then();
    }

    private static JsonPath finished(String path, String body) throws Exception {
        String run = post(path, body).statusCode(202).extract().path("id");
        JsonPath ended = Await.until(SOON, () -> get("/runs/" + run), read -> read.getString("endedAt") != null);
        assertThat(ended.getString("state")).as(ended.prettify()).isEqualTo("DONE");
        return ended;
    }

    private static long shards(String zone) {
        return get("/zones").getLong("find { it.name == '" + zone + "' }.shards");
    }

    @Test
    void aPinIsMadeSeenAndEndsByItself() throws Exception {
        String until = Instant.now().plusSeconds(3).toString();
        String body = "{\"name\":\"stress\",\"prefix\":\"stress-\",\"to\":\"east-2\",\"until\":\"" + until + "\"}";

        post("/pins?dryRun=true", body).statusCode(200).body("to", equalTo("east-2"));
        assertThat(get("/pins").getList("pins")).isEmpty();
        post("/pins", body).statusCode(201).header("Location", endsWith("/api/v1/pins/stress"));
        assertThat(get("/pins").getList("pins.prefix")).containsExactly("stress-");
        assertThat(get("/pins/stress").getString("until")).isEqualTo(until);
        post("/pins", body).statusCode(409).body("type", equalTo("urn:meridian:problem:name-taken"));

        Await.until(SOON, () -> get("/pins"), pins -> pins.getList("pins").isEmpty());
        api().delete("/pins/stress").then().statusCode(404).body("type", equalTo("urn:meridian:problem:unknown-pin"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"a\",\"to\":\"east-2\",\"until\":\"2027-01-01T00:00:00Z\"}",
                "{\"name\":\"a\",\"key\":\"b\",\"prefix\":\"c\",\"to\":\"east-2\",\"until\":\"2027-01-01T00:00:00Z\"}",
                "{\"name\":\"A b\",\"key\":\"b\",\"to\":\"east-2\",\"until\":\"2027-01-01T00:00:00Z\"}",
                "{\"name\":\"a\",\"key\":\"b\",\"to\":\"east-2\",\"until\":\"tomorrow\"}"
            })
    void whatIsNoPinIsRefusedAtItsPlace(String body) {
        post("/pins", body).statusCode(400).body("errors[0].pointer", startsWith("/"));
        assertThat(get("/pins").getList("pins")).isEmpty();
    }

    @Test
    void aShiftBetweenGroupsIsComparedAndRolledBack() throws Exception {
        long before = shards("east-1");

        JsonPath shift = finished(
                "/shifts", "{\"region\":\"east\",\"fromGroup\":\"blue\",\"toGroup\":\"green\",\"percent\":25}");

        assertThat(shift.getString("kind")).isEqualTo("SHIFT");
        assertThat(shift.getString("moves[0].to")).isEqualTo("east-2");
        assertThat(shift.getString("notes[0]")).startsWith("group green has 0 of the " + before);
        assertThat(shards("east-2")).isEqualTo(Math.round(before / 4.0));

        finished("/reversals", "{\"run\":\"" + shift.getString("id") + "\"}");

        assertThat(shards("east-1")).isEqualTo(before);
    }

    @Test
    void poppedOutShardsAreCountedWithTheirHomeAndComeBack() throws Exception {
        long before = shards("west-1");

        finished("/pop-outs", "{\"from\":\"west-1\",\"to\":\"west-9\",\"percent\":10}");

        assertThat(shards("west-9")).isPositive();
        assertThat(get("/zones").getLong("find { it.name == 'west-1' }.poppedOut"))
                .isEqualTo(shards("west-9"));

        finished("/pop-ins", "{\"zone\":\"west-9\"}");

        assertThat(shards("west-1")).isEqualTo(before);
    }

    @Test
    void aDryRunShowsThePlanWithItsReasonsAndChangesNothing() {
        String before = get("/shards").getString("shards");

        post("/evacuations?dryRun=true", "{\"regions\":[\"east\"]}")
                .statusCode(200)
                .body("id", equalTo(null))
                .body("kind", equalTo("EVACUATION"))
                .body("moves[0].reason", containsString("east-1 is evacuated"))
                .body("notes[1]", containsString("capacities are not heeded"));

        assertThat(get("/shards").getString("shards")).isEqualTo(before);
    }

    record Case(String path, String body, int status, String type, String detail) {}

    static final List<Case> REFUSED = List.of(
            new Case("/evacuations", "{\"zones\":[\"east-1\"],\"rps\":1500}", 409, "no-room", "too many"),
            new Case("/evacuations", "{\"zones\":[\"east-7\"]}", 404, "unknown-zone", "east-7"),
            new Case("/evacuations", "{\"zones\":\"east-1\"}", 400, "invalid-document", "not a list"),
            new Case("/evacuations", "", 400, "invalid-document", "JSON"),
            new Case("/rebalances", "{\"rps\":\"many\"}", 400, "invalid-document", "whole number"),
            new Case("/shifts", "{\"region\":\"east\",\"percent\":5}", 400, "invalid-document", "fromGroup"),
            new Case(
                    "/pop-outs",
                    "{\"from\":\"west-1\",\"to\":\"east-2\",\"percent\":5}",
                    409,
                    "not-elastic",
                    "elastic"),
            new Case("/evacuations", "{\"regions\":[\"mars\"]}", 404, "unknown-region", "mars"),
            new Case("/evacuations", "{}", 400, "invalid-document", "name a zone"),
            new Case(
                    "/shifts",
                    "{\"region\":\"east\",\"fromGroup\":\"red\",\"toGroup\":\"green\",\"percent\":5}",
                    404,
                    "unknown-group",
                    "red"),
            new Case("/pop-ins", "{\"zone\":\"west-9\"}", 409, "nothing-to-move", "nothing was popped out"),
            new Case("/reversals", "{\"run\":\"mv-99999\"}", 404, "unknown-run", "mv-99999"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void whatCannotBeIsRefused(Case each) {
        post(each.path(), each.body())
                .statusCode(each.status())
                .body("type", equalTo("urn:meridian:problem:" + each.type()))
                .body("detail", containsString(each.detail()));
    }
}
