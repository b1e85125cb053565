package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meridian.control.ControlPlane;
import io.meridian.control.command.Command;
import io.meridian.topology.Topology;
import io.meridian.topology.TopologyReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Topologies over the HTTP API of a real node: conditions, earlier revisions, differences, the way back. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class TopologyIT {
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
    private static final String HEAVIER = TOPOLOGY.replace(
            "{name: west-1, region: west, weight: 1,", "{name: west-1, region: west, weight: 7, capacity: 900,");

    @Inject
    ControlPlane plane;

    private long first;

    @BeforeEach
    void declared() {
        first = put(TOPOLOGY).jsonPath().getLong("revision");
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static Response put(String document) {
        return api().body(document)
                .put("/topology")
                .then()
                .statusCode(200)
                .extract()
                .response();
    }

    private static Response get(String path) {
        return api().get(path).then().statusCode(200).extract().response();
    }

    @Test
    void theEntityTagIsTheRevisionAndAChangeOnTopOfAnotherOneIsRefused() {
        String tag = get("/topology").header("ETag");
        assertThat(tag).isEqualTo("\"" + first + "\"");

        var changed = api().header("If-Match", tag).body(HEAVIER).put("/topology");
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.header("ETag")).isEqualTo("\"" + changed.jsonPath().getLong("revision") + "\"");

        var late = api().header("If-Match", tag).body(TOPOLOGY).put("/topology");
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(late.jsonPath().getString("type")).isEqualTo("urn:meridian:problem:revision-conflict");
        assertThat(get("/topology").jsonPath().getInt("topology.zones[1].weight"))
                .isEqualTo(7);

        var dry = api().header("If-Match", tag)
                .queryParam("dryRun", true)
                .body(TOPOLOGY)
                .put("/topology");
        assertThat(dry.statusCode()).isEqualTo(412);
    }

    @Test
    void earlierRevisionsAreListedReadAndCompared() {
        long second = put(HEAVIER).jsonPath().getLong("revision");

        var revisions = get("/topology/revisions").jsonPath();
        assertThat(revisions.getLong("[0].revision")).isEqualTo(second);
        assertThat(revisions.getBoolean("[0].current")).isTrue();
        assertThat(revisions.getList("[0].changes", String.class)).contains("zone west-1: weight changed: 1 -> 7");
        assertThat(revisions.getLong("[1].revision")).isEqualTo(first);
        assertThat(revisions.getBoolean("[1].current")).isFalse();

        assertThat(get("/topology/revisions/" + first).jsonPath().getInt("topology.zones[1].weight"))
                .isEqualTo(1);

        var diff = get("/topology/diff?from=" + first + "&to=" + second).jsonPath();
        assertThat(diff.getList("changes.pointer", String.class))
                .containsExactly("/zones/1/weight", "/zones/1/capacity");
        assertThat(diff.getList("changes.before")).containsExactly(1, null);
        assertThat(diff.getList("changes.after")).containsExactly(7, 900);
    }

    @Test
    void rollingBackIsShownFirstAndThenDone() {
        long second = put(HEAVIER).jsonPath().getLong("revision");

        var shown = api().post("/topology/rollback?dryRun=true&to=" + first);
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.jsonPath().getList("changes", String.class)).contains("zone west-1: weight changed: 7 -> 1");
        assertThat(get("/topology").jsonPath().getLong("revision")).isEqualTo(second);

        var late = api().header("If-Match", "\"" + first + "\"").post("/topology/rollback?to=" + first);
        assertThat(late.statusCode()).isEqualTo(412);

        var done = api().header("If-Match", "\"" + second + "\"").post("/topology/rollback?to=" + first);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.jsonPath().getLong("revision")).isGreaterThan(second);
        assertThat(get("/topology").jsonPath().getInt("topology.zones[1].weight"))
                .isEqualTo(1);
    }

    record Bad(String method, String path, String ifMatch, int status, String type) {}

    static final List<Bad> BAD = List.of(
            new Bad("GET", "/topology/revisions/999999", "", 404, "unknown-revision"),
            new Bad("GET", "/topology/revisions/seven", "", 400, "invalid-argument"),
            new Bad("GET", "/topology/diff?from=1", "", 400, "invalid-argument"),
            new Bad("GET", "/topology/diff?from=999999&to=999999", "", 404, "unknown-revision"),
            new Bad("POST", "/topology/rollback", "", 400, "invalid-argument"),
            new Bad("POST", "/topology/rollback?to=999999", "", 404, "unknown-revision"),
            new Bad("POST", "/topology/rollback?to=1", "W/\"1\"", 400, "invalid-argument"));

    @ParameterizedTest
    @FieldSource("BAD")
    void whatCannotBeIsRefusedWithItsType(Bad bad) {
        var request = bad.ifMatch().isEmpty() ? api() : api().header("If-Match", bad.ifMatch());

        var answer = request.request(bad.method(), bad.path());

        assertThat(answer.statusCode()).isEqualTo(bad.status());
        assertThat(answer.jsonPath().getString("type")).isEqualTo("urn:meridian:problem:" + bad.type());
    }

    @Test
    void everyFaultOfADocumentHasItsPointer() {
        String faulty = TOPOLOGY.replace("region: west, weight: 1", "region: west, weight: -1, kind: Q")
                + "limits: {wave: many}\nresidency: [{shards: \"0-5000\", regions: [mars]}]\n";

        var answer = api().body(faulty).put("/topology");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.jsonPath().getList("errors.pointer", String.class))
                .containsExactlyInAnyOrder(
                        "/zones/1/weight",
                        "/zones/1/kind",
                        "/residency/0/shards",
                        "/residency/0/regions/0",
                        "/limits/wave");
    }

    /** Versions before several services let two of them take whatever no other does. */
    @Test
    void anEarlierTopologyThatTodaysRulesRefuseIsNotDeclaredAnew() throws Exception {
        var read =
                (TopologyReader.Reading.Read) TopologyReader.read(new YAMLMapper().readValue(TOPOLOGY, Object.class));
        Topology now = read.topology();
        plane.commands()
                .submit(new Command.ApplyTopology(
                        "before",
                        Instant.EPOCH,
                        new Topology(
                                now.name(),
                                now.shards(),
                                now.regions(),
                                now.storeGroups(),
                                now.zones(),
                                List.of(now.services().getFirst(), new Topology.Service("other", List.of("path:1"))),
                                now.tables(),
                                now.gateways())));
        long earlier = get("/topology").jsonPath().getLong("revision");
        put(TOPOLOGY);

        var refused = api().queryParam("to", earlier).post("/topology/rollback");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.jsonPath().getString("type")).isEqualTo("urn:meridian:problem:invalid-document");
        assertThat(refused.jsonPath().getString("errors[0].pointer")).isEqualTo("/services/1/hosts");
        assertThat(get("/topology").jsonPath().getList("topology.services")).hasSize(1);
    }
}
