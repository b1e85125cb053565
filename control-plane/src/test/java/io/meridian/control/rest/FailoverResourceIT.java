package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.meridian.control.Await;
import io.meridian.control.ControlPlane;
import io.meridian.control.feed.FakeAgent;
import io.meridian.wire.OrphanReport;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API says of failovers. Nothing is failed over here: the node is shared with other tests. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class FailoverResourceIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofSeconds(60);
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

    private List<FakeAgent> agents = List.of();

    @BeforeEach
    void regions() throws Exception {
        api().body(TOPOLOGY).put("/topology").then().statusCode(200);
        int port = plane.feedPort();
        agents = List.of(new FakeAgent("east", List.of("west"), port), new FakeAgent("west", List.of("east"), port));
        Await.until(
                SOON,
                () -> api().get("/regions").jsonPath().getList("agent.connected"),
                connected -> connected.equals(List.of(true, true)));
        for (FakeAgent agent : agents) {
            Await.until(SOON, agent::shardsKnown, known -> known == 1024);
        }
    }

    @AfterEach
    void gone() {
        agents.forEach(FakeAgent::close);
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    @Test
    void whatLooksLostIsToldWithWhatWasSeenWhatWouldBeDoneAndWhatHoldsIt() throws Exception {
        api().get("/failover-advice")
                .then()
                .statusCode(200)
                .body("tripped", nullValue())
                .body("regions", hasSize(0));

        agents.get(0).close();
        agents.get(1).hears("east", 9000);
        Await.until(
                LONG,
                () -> api().get("/failover-advice").jsonPath().getList("regions.region"),
                regions -> regions.equals(List.of("east")));

        api().get("/failover-advice")
                .then()
                .body("regions[0].policy", equalTo("recommend"))
                .body("regions[0].since", notNullValue())
                .body("regions[0].seen[0].from", equalTo("west"))
                .body("regions[0].seen[0].sees", equalTo("SILENT"))
                .body("regions[0].seen[0].says", equalTo("west has heard nothing from east for 9.0 s"))
                .body("regions[0].holds.name", equalTo(List.of("POLICY")))
                .body("regions[0].maxLoss", nullValue())
                .body("regions[0].plan.kind", equalTo("FAILOVER"))
                .body("regions[0].plan.planHash", notNullValue())
                .body("regions[0].exposure.lastSeen", notNullValue());

        agents.get(1).hears("east", 100);
        Await.until(LONG, () -> api().get("/failover-advice").jsonPath().getList("regions.region"), List::isEmpty);
    }

    @Test
    void acknowledgingWhenNothingHasTrippedChangesNothing() {
        api().post("/failover-advice/acknowledge").then().statusCode(200).body("tripped", nullValue());
    }

    @Test
    void aRegionThatIsAliveIsNotFailedOver() {
        api().body("{\"region\":\"east\"}")
                .post("/failovers")
                .then()
                .statusCode(409)
                .body("type", equalTo("urn:meridian:problem:region-alive"))
                .body("detail", containsString("Evacuate it"));
    }

    @Test
    void whatIsAskedForWronglyIsNamed() {
        api().body("{\"region\":\"south\"}")
                .post("/failovers?dryRun=true")
                .then()
                .statusCode(404)
                .body("type", equalTo("urn:meridian:problem:unknown-region"));
        api().body("{\"region\":\"east\",\"maxLoss\":\"much\",\"force\":1}")
                .post("/failovers")
                .then()
                .statusCode(400)
                .body("errors", hasSize(2))
                .body("errors.pointer", equalTo(List.of("/maxLoss", "/force")));
        api().body("{\"region\":\"east\",\"force\":true}")
                .post("/failovers?dryRun=true")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/reason"));
    }

    @Test
    void aDryRunSaysWhatWouldBeLost() {
        api().body("{\"region\":\"east\",\"force\":true,\"reason\":\"a drill\"}")
                .post("/failovers?dryRun=true")
                .then()
                .statusCode(200)
                .body("id", nullValue())
                .body("kind", equalTo("FAILOVER"))
                .body("to", equalTo("west-1"))
                .body("problem", nullValue())
                .body("exposure.lastSeen", notNullValue())
                .body("exposure.seconds", notNullValue())
                .body("exposure.records", equalTo(0))
                .body("exposure.rows", nullValue())
                .body("exposure.perRegion.region", equalTo(List.of("west")));
    }

    @Test
    void forceWaitsForASecondPerson() {
        String approval = api().header("Meridian-Reason", "it%20answers%20nobody")
                .body("{\"region\":\"east\",\"force\":true,\"reason\":\"it answers nobody\"}")
                .post("/failovers")
                .then()
                .statusCode(202)
                .header("Location", containsString("/api/v1/approvals/"))
                .extract()
                .path("id");

        api().get("/regions").then().body("lease.state", equalTo(List.of("ACTIVE", "ACTIVE")));
        api().post("/approvals/" + approval + "/reject").then().statusCode(200);
    }

    @Test
    void regionsShowTheirLeases() {
        api().get("/regions")
                .then()
                .statusCode(200)
                .body("lease.state", equalTo(List.of("ACTIVE", "ACTIVE")))
                .body("lease.generation", equalTo(List.of(1, 1)))
                .body("data", equalTo(List.of("RECONCILED", "RECONCILED")))
                .body("returning", equalTo(java.util.Arrays.asList(null, null)));
    }

    @Test
    void orphansAreShownAsTheStoresTellThem() throws Exception {
        agents.get(1)
                .orphan(OrphanReport.newBuilder()
                        .setSource("east")
                        .setPosition("0/7@inc")
                        .setShard(3)
                        .setIndex(1)
                        .setEpoch(1)
                        .setTable("public.account")
                        .setKey("{\"id\":\"7\"}")
                        .setOperation("INSERT")
                        .setContent("{\"id\":\"7\",\"balance\":\"9\"}")
                        .setFoundMicros(1_000_000)
                        .build());

        Await.until(SOON, () -> api().get("/orphans").jsonPath().getList(""), orphans -> orphans.size() == 1);
        api().get("/orphans?region=west&shard=3&open=true")
                .then()
                .statusCode(200)
                .body("[0].key.id", equalTo("7"))
                .body("[0].decision", nullValue())
                .body("[0].committedAt", nullValue())
                .body("[0].foundAt", equalTo("1970-01-01T00:00:01Z"));
        api().get("/orphans?shard=4").then().body("$", hasSize(0));
        api().get("/orphans?shard=x").then().statusCode(400);
    }
}
