package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.meridian.control.Await;
import io.meridian.control.ControlPlane;
import io.meridian.control.feed.FakeAgent;
import io.meridian.wire.RevisionOrder;
import io.meridian.wire.RevisionReport;
import io.meridian.wire.RevisionVerdict;
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

/** A person's word about an orphan, from the API over the feed to its owner's agent, and the answer the other way. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class OrphanRevisionIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String POSITION = "7412.0-16B3748.aGVsbG8/0/1A2B3C4D/0";
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
    private int shard;

    @BeforeEach
    void regions() throws Exception {
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
        west = new FakeAgent("west", List.of("east"), plane.feedPort());
        Await.until(SOON, west::shardsKnown, known -> known == 1024);
        shard = get("/shards").getInt("shards.find { it.region == 'west' }.shard");
    }

    @AfterEach
    void gone() {
        west.close();
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static JsonPath get(String path) {
        return api().get(path).then().statusCode(200).extract().jsonPath();
    }

    private String revision(String verdict, int index, String more) {
        return "{\"source\":\"east\",\"position\":\"" + POSITION + "\",\"shard\":" + shard + ",\"index\":" + index
                + ",\"verdict\":\"" + verdict + "\",\"reason\":\"the customer paid\"" + more + "}";
    }

    private static String asked(String key, String revision) {
        return api().header("Idempotency-Key", key)
                .body(revision)
                .post("/orphans/revisions")
                .then()
                .statusCode(202)
                .header("Location", containsString("/api/v1/orphans/revisions/rv-"))
                .extract()
                .path("id");
    }

    private static JsonPath ended(String id) throws Exception {
        return Await.until(
                SOON,
                () -> get("/orphans/revisions/" + id),
                read -> !read.getString("state").equals("PENDING"));
    }

    @Test
    void anOrderGoesDownToTheOwnerAndItsAnswerComesUp() throws Exception {
        String salvage = revision("SALVAGE", 0, "");
        api().body(salvage)
                .post("/orphans/revisions?dryRun=true")
                .then()
                .statusCode(200)
                .body("state", equalTo("PENDING"))
                .body("region", equalTo("west"));
        assertThat(west.revisions()).isEmpty();

        String id = asked("salvage", salvage);
        JsonPath order = ended(id);

        assertThat(order.getString("state")).as(order.prettify()).isEqualTo("DONE");
        assertThat(order.getString("reason")).isEqualTo("the customer paid");
        assertThat(order.getString("by")).isNotBlank();
        assertThat(order.getString("present")).isNull();
        assertThat(order.getString("over")).isNull();
        assertThat(west.revisions()).hasSize(1);
        RevisionOrder told = west.revisions().getFirst();
        assertThat(told.getId()).isEqualTo(id);
        assertThat(told.getPosition()).isEqualTo(POSITION);
        assertThat(told.getVerdict()).isEqualTo(RevisionVerdict.REVISION_VERDICT_SALVAGE);
        assertThat(asked("salvage", salvage)).as("asked again with the key").isEqualTo(id);
        assertThat(get("/audit").getString("entries[0].what"))
                .isEqualTo("salvage orphan " + POSITION + " 0 of shard " + shard + " from east: the customer paid");
    }

    @Test
    void whatWasWrittenSinceIsShownWithTheNameThatOverwritesIt() throws Exception {
        west.answersRevisions(RevisionReport.newBuilder()
                .setProblem("the rows were written since")
                .setPresent("[{\"id\":\"7\",\"balance\":\"9\"}]")
                .setOver("5f3a")
                .build());
        String first = asked("reject", revision("REJECT", 1, ""));
        JsonPath refused = ended(first);

        assertThat(refused.getString("state")).isEqualTo("FAILED");
        assertThat(refused.getString("problem")).isEqualTo("the rows were written since");
        assertThat(refused.getString("present")).isEqualTo("[{\"id\":\"7\",\"balance\":\"9\"}]");
        assertThat(refused.getString("presentOver")).isEqualTo("5f3a");

        west.answersRevisions(RevisionReport.getDefaultInstance());
        String second = asked("reject-over", revision("REJECT", 1, ",\"over\":\"5f3a\""));

        assertThat(ended(second).getString("state")).isEqualTo("DONE");
        assertThat(west.revisions().getLast().getOver()).isEqualTo("5f3a");
        assertThat(get("/orphans/revisions").getList("id", String.class)).startsWith(second, first);
    }

    @Test
    void anOrderThatNobodyAnsweredYetStandsInTheOwnersWayAndInNoOthers() throws Exception {
        west.stall(FakeAgent.Work.ORDERS);
        String id = asked("stalled", revision("SALVAGE", 2, ""));
        api().body(revision("REJECT", 2, ""))
                .post("/orphans/revisions")
                .then()
                .statusCode(409)
                .body("type", endsWith(":order-pending"))
                .body("detail", containsString(id));
        api().get("/orphans/revisions/" + id)
                .then()
                .body("state", equalTo("PENDING"))
                .body("problem", nullValue())
                .body("endedAt", nullValue());

        west.goOn();

        assertThat(ended(id).getString("state")).isEqualTo("DONE");
    }

    record Bad(String replaced, String by, int status, String type) {}

    static final List<Bad> BAD = List.of(
            new Bad(",\"reason\":\"the customer paid\"", "", 400, "invalid-document"),
            new Bad("the customer paid", " ", 400, "invalid-document"),
            new Bad("SALVAGE", "KEEP", 400, "invalid-document"),
            new Bad("\"index\":0", "\"index\":-1", 400, "invalid-document"),
            new Bad("\"index\":0", "\"index\":0,\"over\":\"\"", 400, "invalid-document"),
            new Bad("\"index\":0", "\"index\":0,\"why\":\"x\"", 400, "invalid-document"),
            new Bad("/1A2B3C4D", "", 400, "invalid-argument"),
            new Bad("\"shard\":", "\"shard\":9", 404, "shard-out-of-range"));

    @ParameterizedTest
    @FieldSource("BAD")
    void whatCannotBeOrderedIsRefusedWithItsReason(Bad bad) {
        api().body(revision("SALVAGE", 0, "").replace(bad.replaced(), bad.by()))
                .post("/orphans/revisions")
                .then()
                .statusCode(bad.status())
                .body("type", endsWith(":" + bad.type()));
        api().get("/orphans/revisions/rv-999").then().statusCode(404).body("type", endsWith(":unknown-order"));
    }
}
