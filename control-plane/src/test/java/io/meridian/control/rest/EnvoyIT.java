package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;

import io.meridian.control.Await;
import io.meridian.control.ControlPlane;
import io.meridian.control.feed.FakeRouter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What Envoys have, as a router of east tells a real node; nobody is there for west. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class EnvoyIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    ControlPlane plane;

    private FakeRouter router;

    /** The classes of a run share one control plane, so shards, zones and tables are those of the others. */
    private static String topology(int weight) {
        return """
            name: test
            shards: 1024
            regions: [{name: east, city: alpha}, {name: west, city: beta}]
            storeGroups: [{name: main, partitions: 4}]
            zones:
              - {name: east-1, region: east, weight: %d, endpoints: ["127.0.0.1:1"]}
              - {name: west-1, region: west, weight: 1, endpoints: ["127.0.0.1:2"]}
            services: [{name: ledger, keys: ["header:x-user-key"]}]
            tables: [{name: public.account, shardingColumn: user_key, storeGroup: main}]
            gateways: [{from: east, to: west, address: "127.0.0.1:3"}, {from: west, to: east, address: "127.0.0.1:4"}]
            """.formatted(weight);
    }

    @BeforeEach
    void aRouter() throws Exception {
        api().body(topology(1)).put("/topology").then().statusCode(200);
        router = new FakeRouter("east", plane.feedPort());
        Await.until(
                SOON,
                () -> get("/envoys"),
                envoys -> envoys.getList("connected").equals(List.of(true)));
    }

    @AfterEach
    void gone() {
        router.close();
    }

    private static RequestSpecification api() {
        return given().basePath("/api/v1").header("Authorization", "Bearer " + SingleNode.TOKEN);
    }

    private static JsonPath get(String path) {
        return api().get(path).then().statusCode(200).extract().jsonPath();
    }

    /** @return the revision that it has then */
    private static long weigh(int weight) {
        api().body(topology(weight)).put("/topology").then().statusCode(200);
        return get("/topology").getLong("revision");
    }

    private static JsonPath barrier(String region, long revision) {
        return get("/envoys/barrier?region=" + region + "&revision=" + revision);
    }

    private static JsonPath awaitBarrier(long revision, boolean reached) throws Exception {
        return Await.until(SOON, () -> barrier("east", revision), seen -> seen.getBoolean("reached") == reached);
    }

    @Test
    void aBarrierIsReachedOnceTheEnvoyHasTheRevision() throws Exception {
        router.acks(false);
        long revision = weigh(2);
        Await.until(SOON, router::revision, told -> told >= revision);

        assertThat(barrier("east", revision).getMap(""))
                .isEqualTo(Map.of(
                        "region", "east",
                        "revision", (int) revision,
                        "routers", 1,
                        "live", 1,
                        "acked", 0,
                        "rejecting", 0,
                        "gone", 0,
                        "reached", false));

        router.acks(true);
        assertThat(awaitBarrier(revision, true).getInt("acked")).isEqualTo(1);
        JsonPath envoys = get("/envoys");
        assertThat(envoys.getString("[0].region")).isEqualTo("east");
        assertThat(envoys.getString("[0].router")).isEqualTo("east-router");
        assertThat(envoys.getString("[0].node")).isEqualTo("east-envoy");
        assertThat(envoys.getLong("[0].ackedRevision")).isGreaterThanOrEqualTo(revision);
        assertThat(envoys.getLong("[0].sentRevision")).isGreaterThanOrEqualTo(revision);
        assertThat(envoys.getString("[0].nack")).isNull();
    }

    @Test
    void aRefusalOfAnEnvoyIsToldWithItsReasonAndCounted() throws Exception {
        router.nacks("unknown cluster 'zone_east-1'");
        long revision = weigh(3);

        JsonPath envoys = Await.until(
                SOON,
                () -> get("/envoys"),
                seen -> seen.getString("[0].nack") != null && seen.getLong("[0].sentRevision") >= revision);

        assertThat(envoys.getString("[0].nack")).isEqualTo("unknown cluster 'zone_east-1'");
        assertThat(envoys.getLong("[0].ackedRevision")).isLessThan(revision);
        assertThat(barrier("east", revision).getInt("rejecting")).isEqualTo(1);
        Await.until(
                SOON,
                EnvoyIT::metrics,
                shown -> shown.contains("meridian_control_envoys_rejecting{region=\"east\"} 1.0")
                        && shown.contains("meridian_control_envoys{region=\"east\"} 1.0")
                        && shown.contains("meridian_control_envoys_rejecting{region=\"west\"} 0.0"));
    }

    private static String metrics() {
        return given().get("/q/metrics").then().statusCode(200).extract().asString();
    }

    @Test
    void thoseThatAreGoneAreCounted() throws Exception {
        router.gone(3);

        Await.until(SOON, () -> barrier("east", 1), seen -> seen.getInt("gone") == 3);
    }

    @Test
    void whereNoRouterIsHeardNothingIsReached() {
        JsonPath seen = barrier("west", 1);

        assertThat(seen.getInt("routers")).isZero();
        assertThat(seen.getBoolean("reached")).isFalse();
    }

    @Test
    void anEnvoyWhoseRouterIsHeardNoMoreIsSaidToBe() throws Exception {
        router.close();

        Await.until(
                SOON,
                () -> get("/envoys"),
                envoys -> !envoys.getList("connected").contains(true));
        assertThat(barrier("east", 1).getBoolean("reached")).isFalse();
    }

    record Refused(String query, int status, String type, String says) {}

    static final List<Refused> REFUSED = List.of(
            new Refused("?revision=1", 400, "invalid-argument", "which region?"),
            new Refused("?region=east", 400, "invalid-argument", "'revision' is missing"),
            new Refused("?region=east&revision=new", 400, "invalid-argument", "'revision' is 'new'"),
            new Refused("?region=mars&revision=1", 404, "unknown-region", "regions are east, west"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void aBarrierNeedsARegionAndARevision(Refused each) {
        api().get("/envoys/barrier" + each.query())
                .then()
                .statusCode(each.status())
                .body("type", endsWith(":" + each.type()))
                .body("detail", containsString(each.says()));
    }
}
