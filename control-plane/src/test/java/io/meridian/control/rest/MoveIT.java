package io.meridian.control.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.meridian.control.Await;
import io.meridian.control.ControlPlane;
import io.meridian.control.feed.FakeAgent;
import io.meridian.control.feed.FakeRouter;
import io.meridian.control.state.RouterSession;
import io.meridian.topology.certificate.CertificateCheck;
import io.meridian.topology.certificate.SigningKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The HTTP API and the feeds of a real node, with agents and routers that speak the real protocol from here. */
@QuarkusTest
@QuarkusTestResource(SingleNode.class)
class MoveIT {
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
        for (FakeAgent agent : agents) {
            Await.until(SOON, agent::shardsKnown, known -> known == 1024);
        }
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

    private static String start(String shards, String to) {
        return api().body("{\"shards\":\"" + shards + "\",\"to\":\"" + to + "\"}")
                .post("/moves")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private static JsonPath awaitState(String run, Set<String> states) throws Exception {
        return Await.until(SOON, () -> get("/runs/" + run), read -> states.contains(read.getString("state")));
    }

    /** By nothing but the two documents that a client can fetch and keep. */
    private static void assertSigned(String run) throws Exception {
        Map<?, ?> document = Await.until(
                SOON,
                () -> get("/runs/" + run + "/certificate").getMap(""),
                certificate -> certificate.containsKey("signature"));
        Map<?, ?> keys = get("/keys").getMap("");
        var ring = (SigningKey.Reading.Read) SigningKey.read(keys);

        var report = CertificateCheck.check(document, Optional.of(ring.keys()));

        assertThat(report).isInstanceOfSatisfying(CertificateCheck.Report.Checked.class, checked -> {
            assertThat(checked.by()).isInstanceOf(CertificateCheck.Authorship.ByRing.class);
            assertThat(checked.consistency().contradictions()).isEmpty();
            assertThat(checked.proven()).isTrue();
            assertThat(checked.facts().moved()).hasSize(300);
        });
    }

    @Test
    void aRunThatHasNotEndedHasNoCertificateAndAnUnknownOneIsNamed() {
        api().get("/runs/mv-9999/certificate")
                .then()
                .statusCode(404)
                .body("type", equalTo("urn:meridian:problem:unknown-run"));
        agents.getLast().close();
        String run = start("300-309", "west-1");

        api().get("/runs/" + run + "/certificate")
                .then()
                .statusCode(404)
                .body("type", equalTo("urn:meridian:problem:no-certificate"));
        api().post("/runs/" + run + "/cancel").then().statusCode(202);
    }

    @Test
    void aMoveWalksThroughAllItsStatesAndProvesThatNothingWasLost() throws Exception {
        String there = start("0-299", "west-1");
        JsonPath run = awaitState(there, Set.of("DONE", "ROLLED_BACK", "NEEDS_OPERATOR"));

        assertThat(run.getString("state")).as(run.prettify()).isEqualTo("DONE");
        assertThat(run.getInt("moved")).isEqualTo(300);
        assertThat(run.getInt("waves")).as("300 shards, 32 in a wave").isEqualTo(10);
        assertThat(run.getList("steps.name", String.class).subList(0, 9))
                .containsExactly(
                        "PLANNED",
                        "PREPARED",
                        "HOLDING",
                        "FENCING",
                        "CATCHING_UP",
                        "ACTIVATED",
                        "ROUTED",
                        "PREPARED",
                        "HOLDING");
        assertThat(run.getString("certificate.verdict")).isEqualTo("NOTHING_LOST");
        assertThat(run.getList("certificate.shards")).hasSize(300);
        assertSigned(there);
        assertThat(get("/shards").getString("shards[7].zone")).isEqualTo("west-1");
        assertThat(routers.getFirst().route(7).orElseThrow().getZone()).isEqualTo("west-1");

        JsonPath back = awaitState(start("0-299", "east-1"), Set.of("DONE", "ROLLED_BACK", "NEEDS_OPERATOR"));

        assertThat(back.getString("state")).as(back.prettify()).isEqualTo("DONE");
        assertThat(get("/shards").getInt("shards[7].epoch")).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aMoveCancelledWhileItCatchesUpRollsBackAndASecondOneWorks() throws Exception {
        FakeAgent target = agents.get(1);
        target.stall(true);
        String run = start("400-409", "west-1");
        awaitState(run, Set.of("CATCHING_UP"));

        api().post("/runs/" + run + "/cancel").then().statusCode(202);

        JsonPath ended = awaitState(run, Set.of("ROLLED_BACK"));
        assertThat(ended.getInt("rolledBack")).isEqualTo(10);
        assertThat(ended.getString("problem")).isEqualTo("cancelled");
        target.stall(false);
        JsonPath second = awaitState(start("400-409", "west-1"), Set.of("DONE", "ROLLED_BACK"));
        assertThat(second.getString("state")).as(second.prettify()).isEqualTo("DONE");
        assertThat(awaitState(start("400-409", "east-1"), Set.of("DONE")).getInt("moved"))
                .isEqualTo(10);
        api().post("/runs/" + run + "/cancel").then().statusCode(409);
    }

    @Test
    void overlappingMovesAreRefusedWhileTheFirstOneRuns() throws Exception {
        agents.get(1).stall(true);
        String run = start("410-415", "west-1");
        awaitState(run, Set.of("CATCHING_UP"));

        api().body("{\"shards\":\"415-420\",\"to\":\"west-1\"}")
                .post("/moves")
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:meridian:problem:move-overlaps"));

        agents.get(1).stall(false);
        awaitState(run, Set.of("DONE"));
        awaitState(start("410-415", "east-1"), Set.of("DONE"));
    }

    @Test
    void theSameKeyStartsOneMove() throws Exception {
        String body = "{\"shards\":\"500\",\"to\":\"west-1\"}";
        String first = api().header("Idempotency-Key", "k-1")
                .body(body)
                .post("/moves")
                .then()
                .extract()
                .path("id");

        String again = api().header("Idempotency-Key", "k-1")
                .body(body)
                .post("/moves")
                .then()
                .extract()
                .path("id");

        assertThat(again).isEqualTo(first);
        awaitState(first, Set.of("DONE"));
        awaitState(start("500", "east-1"), Set.of("DONE"));
    }

    @Test
    void aDryRunShowsThePlanAndChangesNothing() throws Exception {
        long before = get("/shards").getLong("revision");

        JsonPath plan = Await.until(
                SOON,
                () -> api().body("{\"shards\":\"0-9\",\"to\":\"west-1\"}")
                        .post("/moves?dryRun=true")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath(),
                shown -> Set.copyOf(shown.getList("gates.state")).equals(Set.of("OPEN")));

        assertThat(plan.getString("moves[0].from")).isEqualTo("east-1");
        assertThat(plan.getList("gates.name", String.class))
                .contains("brake", "window", "routers", "fence", "agent", "lease", "reconciled", "clock", "lag")
                .contains("lag-records", "headroom", "safety-rules", "approvals");
        assertThat(plan.getString("gates.find { it.name == 'lag' && it.about == 'east to west' }.value"))
                .isEqualTo("12 ms");
        assertThat(plan.getString("problem")).isNull();
        assertThat(get("/shards").getLong("revision")).isEqualTo(before);
    }

    @Test
    void aVerificationComparesWhatEveryRegionHashed() throws Exception {
        String dry = api().post("/verifications?dryRun=true")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        api().get("/verifications/" + dry).then().statusCode(404);

        String id =
                api().post("/verifications").then().statusCode(202).extract().path("id");

        JsonPath done = Await.until(
                SOON,
                () -> get("/verifications/" + id),
                read -> !read.getString("state").equals("RUNNING"));

        assertThat(done.getString("state")).isEqualTo("DONE");
        assertThat(done.getBoolean("equal")).isTrue();
        assertThat(done.getLong("rows")).isEqualTo(2048);
    }

    @Test
    void aLeaseIsRenewedByTheQuorumAndToAMemberOnly() {
        var renewed = agents.getFirst().renew();

        assertThat(renewed.getGranted()).isTrue();
        assertThat(renewed.getGeneration()).isEqualTo(1);
        assertThat(renewed.getDurationMillis()).isEqualTo(15_000);
        try (var stranger = new FakeAgent("south", List.of(), plane.feedPort())) {
            assertThat(stranger.renew().getRefusal()).contains("south");
        }
    }

    @Test
    void aRouterThatAttachesAgainReplacesItsOldStreamOnceAndForAll() throws Exception {
        try (var again = new FakeRouter("east", plane.feedPort())) {
            Await.until(SOON, routers.getFirst()::ended, ended -> ended.contains("another stream"));
            Await.until(SOON, again::revision, revision -> revision > 0);

            long beats = beats();

            Await.until(Duration.ofSeconds(20), this::beats, now -> now > beats);
            assertThat(beats() - beats)
                    .as("two streams do not replace each other for ever")
                    .isLessThan(5);
        }
    }

    private long beats() {
        RouterSession session = plane.node().applied().current().routers().get("east-router");
        return session == null ? 0 : session.beats();
    }

    @Test
    void eventsSayWhatToFetchAgain() throws Exception {
        var client = java.net.http.HttpClient.newHttpClient();
        var lines = new java.util.concurrent.LinkedBlockingQueue<String>();
        var request = java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create("http://127.0.0.1:" + io.restassured.RestAssured.port + "/api/v1/events"))
                .header("Authorization", "Bearer " + SingleNode.TOKEN)
                .build();
        var following = client.sendAsync(request, java.net.http.HttpResponse.BodyHandlers.ofLines())
                .thenAccept(answer -> answer.body().forEach(lines::add));
        Await.until(SOON, () -> List.copyOf(lines), read -> read.stream().anyMatch(line -> line.startsWith("data:")));

        String run = start("300-301", "west-1");

        Await.until(
                SOON,
                () -> List.copyOf(lines),
                read -> read.stream()
                        .anyMatch(line -> line.startsWith("data:") && line.contains("\"runs\":[\"" + run + "\"]")));
        assertThat(lines).anyMatch("event:change"::equals).anyMatch(line -> line.startsWith("id:"));
        awaitState(run, Set.of("DONE"));
        awaitState(start("300-301", "east-1"), Set.of("DONE"));
        following.cancel(true);
        client.shutdownNow();
    }

    @Test
    void theBrakeKeepsRunsFromStartingUntilItIsReleased() {
        api().body("{\"reason\":\"payday\"}")
                .put("/brake?dryRun=true")
                .then()
                .statusCode(200)
                .body("on", equalTo(true));
        assertThat(get("/brake").getBoolean("on")).isFalse();
        api().body("{\"reason\":\"payday\"}").put("/brake").then().statusCode(200);
        try {
            assertThat(get("/brake").getString("reason")).isEqualTo("payday");
            api().body("{\"shards\":\"320\",\"to\":\"west-1\"}")
                    .post("/moves")
                    .then()
                    .statusCode(409)
                    .body("type", equalTo("urn:meridian:problem:brake-on"));
        } finally {
            api().delete("/brake").then().statusCode(200);
        }
        assertThat(get("/brake").getBoolean("on")).isFalse();
    }

    @Test
    void aRunPlannedPausedShowsItsGatesAndStartsWhenItIsResumed() throws Exception {
        String run = api().body(
                        "{\"shards\":\"330-333\",\"to\":\"west-1\",\"wave\":2,\"pauseBetweenWaves\":\"200ms\",\"paused\":true}")
                .post("/moves")
                .then()
                .statusCode(202)
                .body("paused", equalTo(true))
                .extract()
                .path("id");
        JsonPath waiting = get("/runs/" + run);
        assertThat(waiting.getString("state")).isEqualTo("PREPARED");
        assertThat(waiting.getInt("waves")).isEqualTo(2);
        assertThat(waiting.getList("gates.name", String.class)).contains("lag", "headroom");

        api().post("/runs/" + run + "/resume?dryRun=true").then().statusCode(200);
        assertThat(get("/runs/" + run).getBoolean("paused")).isTrue();
        api().post("/runs/" + run + "/resume").then().statusCode(200);

        assertThat(awaitState(run, Set.of("DONE", "ROLLED_BACK")).getString("state"))
                .isEqualTo("DONE");
        api().post("/runs/" + run + "/pause").then().statusCode(409);
        api().post("/runs/" + run + "/retry")
                .then()
                .statusCode(409)
                .body("type", equalTo("urn:meridian:problem:nothing-to-move"));
        awaitState(start("330-333", "east-1"), Set.of("DONE"));
    }

    @Test
    void runsAreListedInPagesTheNewestFirst() {
        List<String> started = List.of("341", "342", "343").stream()
                .map(shard -> api().body("{\"shards\":\"" + shard + "\",\"to\":\"west-1\",\"paused\":true}")
                        .post("/moves")
                        .then()
                        .statusCode(202)
                        .extract()
                        .<String>path("id"))
                .toList();

        var paged = new java.util.ArrayList<String>();
        String cursor = "";
        do {
            JsonPath page = get("/runs?limit=2" + cursor);
            paged.addAll(page.getList("runs.id", String.class));
            cursor = page.getString("next") == null ? "" : "&cursor=" + page.getString("next");
        } while (!cursor.isEmpty());

        assertThat(paged).startsWith(started.get(2), started.get(1), started.get(0));
        assertThat(paged).isEqualTo(get("/runs?limit=200").getList("runs.id"));
        started.forEach(run -> api().post("/runs/" + run + "/cancel")
                .then()
                .statusCode(202)
                .header("Location", org.hamcrest.Matchers.endsWith("/api/v1/runs/" + run)));
    }

    @Test
    void aForceNamesWhereTheRunWasSeenItsGatesAndAReason() {
        String run = api().body("{\"shards\":\"340\",\"to\":\"west-1\",\"paused\":true}")
                .post("/moves")
                .then()
                .extract()
                .path("id");

        JsonPath problem = api().body("{\"state\":\"READY\",\"gates\":[\"lagg\"]}")
                .post("/runs/" + run + "/force")
                .then()
                .statusCode(400)
                .extract()
                .jsonPath();
        assertThat(problem.getList("errors.pointer", String.class))
                .containsExactlyInAnyOrder("/state", "/wave", "/reason", "/gates/0");
        api().body("{\"state\":\"HOLDING\",\"wave\":1,\"gates\":[\"lag\"],\"reason\":\"now\"}")
                .post("/runs/" + run + "/force?dryRun=true")
                .then()
                .statusCode(409)
                .body("type", equalTo("urn:meridian:problem:run-moved-on"));

        api().post("/runs/" + run + "/cancel").then().statusCode(202);
        api().post("/runs/" + run + "/retry?dryRun=true").then().statusCode(200).body("shards", equalTo("340"));
    }

    record Bad(String method, String path, String body, int status, String type, String pointer) {}

    static final List<Bad> BAD = List.of(
            new Bad(
                    "PUT",
                    "/topology",
                    edited("region: west, weight", "region: wets, weight"),
                    400,
                    "invalid-document",
                    "/zones/1/region"),
            new Bad(
                    "PUT",
                    "/topology",
                    edited("name: west-1", "name: east-1"),
                    400,
                    "invalid-document",
                    "/zones/1/name"),
            new Bad("PUT", "/topology", edited("weight: 1", "weight: 0"), 400, "invalid-document", "/zones"),
            new Bad("PUT", "/topology", edited("shards: 1024", "shards: 512"), 409, "topology-conflict", "/shards"),
            new Bad("PUT", "/topology", "name: [", 400, "invalid-document", ""),
            new Bad("PUT", "/topology", "", 400, "invalid-document", ""),
            new Bad(
                    "POST",
                    "/moves",
                    "{\"shards\":\"0-1024\",\"to\":\"west-1\"}",
                    404,
                    "shard-out-of-range",
                    "/shards"),
            new Bad("POST", "/moves", "{\"shards\":\"0-1\",\"to\":\"west-7\"}", 404, "unknown-zone", "/to"),
            new Bad("POST", "/moves", "{\"shards\":\"0-1\"}", 400, "invalid-document", "/to"),
            new Bad(
                    "POST",
                    "/moves",
                    "{\"shards\":\"0-1\",\"to\":\"west-1\",\"fast\":true}",
                    400,
                    "invalid-document",
                    "/fast"),
            new Bad(
                    "POST",
                    "/moves",
                    "{\"shards\":\"0-1\",\"to\":\"west-1\",\"wave\":0}",
                    400,
                    "invalid-document",
                    "/wave"),
            new Bad(
                    "POST",
                    "/moves",
                    "{\"shards\":\"0-1\",\"to\":\"west-1\",\"pauseBetweenWaves\":\"soon\"}",
                    400,
                    "invalid-document",
                    "/pauseBetweenWaves"),
            new Bad("PUT", "/brake", "{}", 400, "invalid-document", "/reason"),
            new Bad("POST", "/moves", "{", 400, "invalid-document", ""),
            new Bad("POST", "/moves", "{\"shards\":\"900\",\"to\":\"west-1\"}", 409, "nothing-to-move", "/shards"));

    private static String edited(String from, String to) {
        return TOPOLOGY.replace(from, to);
    }

    @ParameterizedTest
    @FieldSource("BAD")
    void badInputIsRefusedWithItsPlaceAndNothingChanges(Bad bad) {
        long before = get("/shards").getLong("revision");

        JsonPath problem = api().body(bad.body())
                .request(bad.method(), bad.path())
                .then()
                .statusCode(bad.status())
                .contentType("application/problem+json")
                .extract()
                .jsonPath();

        assertThat(problem.getString("type")).isEqualTo("urn:meridian:problem:" + bad.type());
        assertThat(problem.getList("errors.pointer", String.class))
                .as(problem.prettify())
                .contains(bad.pointer());
        assertThat(get("/shards").getLong("revision")).isEqualTo(before);
    }

    @Test
    void withoutTheRightTokenNothingIsSaid() {
        for (String path : List.of("/shards", "/topology", "/runs", "/nothing", "/events")) {
            given().basePath("/api/v1").get(path).then().statusCode(401).contentType("application/problem+json");
            given().basePath("/api/v1")
                    .header("Authorization", "Bearer wrong")
                    .get(path)
                    .then()
                    .statusCode(401);
        }
        given().get("/q/health/ready").then().statusCode(200);
    }

    @Test
    void whatHttpRefusesIsAProblemDocumentToo() {
        api().get("/nothing").then().statusCode(404).contentType("application/problem+json");
        api().delete("/shards").then().statusCode(405).contentType("application/problem+json");
        api().get("/runs/mv-999").then().statusCode(404).contentType("application/problem+json");
        api().get("/shards/where").then().statusCode(400).contentType("application/problem+json");
    }
}
