package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.Ports;
import io.meridian.topology.ShardFunction;
import io.meridian.wire.JwtMessage;
import io.meridian.wire.Kind;
import io.meridian.wire.RegionMessage;
import io.meridian.wire.RetriesMessage;
import io.meridian.wire.RouterView;
import io.meridian.wire.ServiceEndpointsMessage;
import io.meridian.wire.ServiceMessage;
import io.meridian.wire.WeightCutMessage;
import io.meridian.wire.ZoneMessage;
import io.vertx.core.http.HttpServerOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An R, a G and a C service side by side on the edges of two regions of one city. */
class ServicesIT {
    private static final String CATALOG = "catalog.test";
    private static final String ORDERS = "orders.test";
    private static final String RATES = "rates.test";

    @TempDir
    static Path folder;

    private static TwoRegions world;
    private static ZoneApplication orders;
    private static ZoneApplication global;
    private static ZoneApplication east7;
    private static ZoneApplication east8;
    private static ZoneApplication west8;
    /** Nobody listens there. */
    private static final int DEAD = Ports.free();

    private static final Tokens TOKENS = new Tokens();

    @BeforeAll
    static void start() throws Exception {
        world = new TwoRegions(folder);
        orders = new ZoneApplication(world.vertx, "orders-in-east-1");
        global = new ZoneApplication(world.vertx, "west-9");
        east7 = new ZoneApplication(world.vertx, "east-7");
        east8 = new ZoneApplication(world.vertx, "east-8");
        west8 = new ZoneApplication(world.vertx, "west-8");
        world.awaitAcked(world.control.say(services(TOKENS.publicKeys())));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void servicesAreToldApartByTheirHost() throws Exception {
        String key = TwoRegions.keyOf(11);

        assertThat(world.east.get("/", "host", ORDERS, "x-user-key", key).body())
                .as("its own endpoints in east-1")
                .isEqualTo("orders-in-east-1:");
        assertThat(world.west
                        .get("/", "host", "eu." + ORDERS + ":8080", "x-user-key", key)
                        .body())
                .as("a wildcard, a port, another region's edge")
                .isEqualTo("orders-in-east-1:");
        assertThat(world.east
                        .get("/", "host", "ledger.test", "cookie", "uid=" + key)
                        .body())
                .as("the service that has no hosts")
                .isEqualTo("east-1:");
        assertThat(world.east.get("/", "host", RATES).body()).isEqualTo("west-9:");
        assertThat(world.west.get("/", "host", RATES).body()).isEqualTo("west-9:");
    }

    @Test
    void aHostThatNoServiceHasIsAnswered404() throws Exception {
        var withoutDefault = services(TOKENS.publicKeys());
        withoutDefault.removeServices(0);
        world.awaitAcked(world.control.say(withoutDefault));
        try {
            var answer = world.east.get("/", "host", "nobody.test", "x-user-key", "alice");

            assertProblem(answer, 404, "no_service");
        } finally {
            world.awaitAcked(world.control.say(services(TOKENS.publicKeys())));
        }
    }

    @Test
    void everyServiceHasItsOwnKeysAndItsOwnRuleForRequestsWithoutOne() throws Exception {
        assertProblem(world.east.get("/", "host", ORDERS, "cookie", "uid=alice"), 400, "no_key");
        assertProblem(world.east.get("/", "host", "ledger.test"), 400, "no_key");
        assertThat(world.east.get("/", "host", "lenient.test").body()).isEqualTo("east-2:");
        assertThat(world.west.get("/", "host", "lenient.test").body()).isEqualTo("east-2:");
    }

    @Test
    void aConnectionThatFailsIsTriedAtAnotherEndpointWhereAServiceWantsIt() throws Exception {
        String key = TwoRegions.keyOf(600);

        for (int request = 0; request < 20; request++) {
            assertThat(world.east
                            .get("/", "host", "lenient.test", "x-user-key", key)
                            .body())
                    .isEqualTo("east-2:");
        }
        assertThat(world.east.stat("cluster.zone-east-2.lenient.upstream_rq_retry"))
                .isPositive();
    }

    @Test
    void onlyServicesThatWantItTellTheirClientsWhereTheyWent() throws Exception {
        String key = TwoRegions.keyOf(800);

        var told = world.east.get("/", "host", ORDERS, "x-user-key", key).headers();
        var silent =
                world.east.get("/", "host", "lenient.test", "x-user-key", key).headers();

        assertThat(told.firstValue("x-meridian-zone")).hasValue("west-1");
        assertThat(told.firstValue("x-meridian-shard")).hasValue("800");
        assertThat(told.firstValue("x-meridian-epoch")).isPresent();
        assertThat(silent.map().keySet()).noneMatch(name -> name.startsWith("x-meridian-"));
    }

    @Test
    void theKeyIsAClaimOfAVerifiedToken() throws Exception {
        String key = TwoRegions.keyOf(801);

        var answer = world.east.get("/", "host", ORDERS, "authorization", TOKENS.bearer("\"sub\":\"" + key + "\""));
        var number =
                world.east.get("/", "host", ORDERS, "authorization", TOKENS.bearer("\"uid\":4711,\"sub\":\"alice\""));
        var missing = world.east.get("/", "host", ORDERS, "x-user-key", key);

        assertThat(answer.headers().firstValue("x-meridian-shard")).hasValue("801");
        assertThat(answer.body()).isEqualTo("west-1:");
        assertThat(number.headers().firstValue("x-meridian-shard"))
                .hasValue(new ShardFunction(TwoRegions.SHARDS).shardOf("4711").toString());
        assertThat(missing.headers().firstValue("x-meridian-shard"))
                .as("without a token the next source counts")
                .hasValue("801");
    }

    @Test
    void aTokenThatIsNotValidIsRefusedWhateverElseIsThere() throws Exception {
        String forged = new Tokens().bearer("\"sub\":\"alice\"");

        assertProblem(
                world.east.get("/", "host", ORDERS, "authorization", forged, "x-user-key", "alice"), 401, "bad_token");
        assertProblem(
                world.east.get("/", "host", ORDERS, "authorization", TOKENS.bearer("\"uid\":{\"a\":1}")),
                400,
                "bad_key");
        assertThat(world.east
                        .get("/", "host", "ledger.test", "authorization", forged, "x-user-key", "alice")
                        .statusCode())
                .as("another service does not look at it")
                .isEqualTo(200);
    }

    @Test
    void aRefusedRequestWhoseKeyIsAClaimIsRepeatedByItsShard() throws Exception {
        int shard = 40;
        String token = TOKENS.bearer("\"sub\":\"" + TwoRegions.keyOf(shard) + "\"");
        orders.fence(List.of(shard));

        var answer = world.east.postAsync("/claimed", "body", "host", ORDERS, "authorization", token);
        Await.until("refused", () -> !orders.refused().isEmpty());
        world.release(shard, "west-1", 3);

        assertThat(answer.get().body()).isEqualTo("west-1:body");
        assertThat(answer.get().headers().firstValue("x-meridian-via")).hasValue("fence");
        assertThat(world.west1.executed().getLast().path()).isEqualTo("/claimed");
    }

    @Test
    void aClaimIsVerifiedByKeysFromTheProvidersAddress() throws Exception {
        var provider = world.vertx
                .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> request.response().end(TOKENS.publicKeys()))
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        try {
            world.awaitAcked(world.control.say(services("http://127.0.0.1:" + provider.actualPort() + "/keys")));
            String token = TOKENS.bearer("\"sub\":\"" + TwoRegions.keyOf(11) + "\"");

            Await.until(
                    "the keys were fetched",
                    () -> world.east
                                    .get("/", "host", ORDERS, "authorization", token)
                                    .statusCode()
                            == 200);
            assertProblem(
                    world.east.get("/", "host", ORDERS, "authorization", new Tokens().bearer("\"sub\":\"x\"")),
                    401,
                    "bad_token");
        } finally {
            world.awaitAcked(world.control.say(services(TOKENS.publicKeys())));
            provider.close();
        }
    }

    @Test
    void readsOfACServiceStayInTheRegionByWeightAndWritesGoToTheGlobalZone() throws Exception {
        Map<String, Long> reads = reads(world.east, 400);

        assertThat(reads).containsOnlyKeys("east-7:", "east-8:");
        assertThat(reads.get("east-7:")).as("three parts of four").isBetween(250L, 350L);
        assertThat(world.east.post("/", "x", "host", CATALOG).body()).isEqualTo("west-9:x");
        assertThat(world.west.get("/", "host", CATALOG).body()).isEqualTo("west-8:");
    }

    @Test
    void readsGoToTheNextZoneThenToTheSameCityThenToTheGlobalZone() throws Exception {
        east7.stop();
        assertThat(reads(world.east, 50)).containsOnlyKeys("east-8:");
        east8.stop();
        assertThat(reads(world.east, 50)).as("no read fails meanwhile").containsOnlyKeys("west-8:");
        west8.stop();
        assertThat(reads(world.east, 50)).containsOnlyKeys("west-9:");

        east7.start();
        east8.start();
        west8.start();
        Await.until("reads are home again", () -> reads(world.east, 30).keySet().equals(Set.of("east-7:", "east-8:")));
    }

    @Test
    void aZoneWhoseAnswersFailGetsFewerReadsUntilTheySucceedAgain() throws Exception {
        east7.mood(ZoneApplication.Mood.FLAKY);
        try {
            Await.until("the share is at its floor", () -> {
                reads(world.east, 60);
                return world.east.metrics().find("meridian_router_zone_share").gauge() != null
                        && world.east
                                        .metrics()
                                        .get("meridian_router_zone_share")
                                        .gauge()
                                        .value()
                                == 0.1;
            });
            Map<String, Long> cut = reads(world.east, 300);
            assertThat(cut.getOrDefault("broken", 0L) + cut.getOrDefault("east-7:", 0L))
                    .as("a tenth of three parts of four: 3 of 13")
                    .isBetween(30L, 110L);
        } finally {
            east7.mood(ZoneApplication.Mood.WILLING);
        }
        Await.until("its share is whole again", () -> {
            reads(world.east, 60);
            return world.east.metrics().find("meridian_router_zone_share").gauge() == null;
        });
        assertThat(reads(world.east, 300).get("east-7:")).isGreaterThan(180L);
    }

    private static Map<String, Long> reads(Region edge, int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> read(edge))
                .collect(Collectors.groupingBy(body -> body, Collectors.counting()));
    }

    private static String read(Region edge) {
        try {
            return edge.get("/", "host", CATALOG).body();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String reason) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("x-meridian-reason")).hasValue(reason);
        assertThat(answer.body())
                .contains(
                        "\"type\":\"urn:meridian:edge:" + reason + "\"",
                        "\"status\":" + status,
                        "\"reason\":\"" + reason + "\"");
    }

    private static RouterView.Builder services(String keys) {
        var view = world.topology()
                .addServices(ServiceMessage.newBuilder()
                        .setName("orders")
                        .addHosts(ORDERS)
                        .addHosts("*." + ORDERS)
                        .addKeys("jwt:uid")
                        .addKeys("jwt:sub")
                        .addKeys("header:x-user-key")
                        .setJwt(JwtMessage.newBuilder()
                                .setIssuer(Tokens.ISSUER)
                                .addAudiences("orders")
                                .setJwks(keys))
                        .addEndpoints(ServiceEndpointsMessage.newBuilder()
                                .setZone("east-1")
                                .addEndpoints(orders.address()))
                        .setDiagnostics(true))
                .addServices(ServiceMessage.newBuilder()
                        .setName("lenient")
                        .addHosts("lenient.test")
                        .addKeys("header:x-user-key")
                        .setWithoutKey("east-2")
                        .addEndpoints(ServiceEndpointsMessage.newBuilder()
                                .setZone("east-2")
                                .addEndpoints("127.0.0.1:" + DEAD)
                                .addEndpoints(world.east2.address()))
                        .setRetries(RetriesMessage.newBuilder()
                                .setAttempts(3)
                                .setBudgetPercent(100)
                                .setMinConcurrency(10)))
                .addServices(ServiceMessage.newBuilder()
                        .setName("rates")
                        .setKind(Kind.KIND_G)
                        .addHosts(RATES))
                .addServices(ServiceMessage.newBuilder()
                        .setName("catalog")
                        .setKind(Kind.KIND_C)
                        .addHosts(CATALOG)
                        .setRetries(RetriesMessage.newBuilder()
                                .setAttempts(2)
                                .setBudgetPercent(100)
                                .setMinConcurrency(10))
                        .setWeightCut(WeightCutMessage.newBuilder()
                                .setErrorPercent(20)
                                .setFloorPercent(10)
                                .setWindowMillis(1000)))
                .addRegions(RegionMessage.newBuilder().setName("east").setCity("rome"))
                .addRegions(RegionMessage.newBuilder().setName("west").setCity("rome"))
                .addZones(zone(global, Kind.KIND_G, 0))
                .addZones(zone(east7, Kind.KIND_C, 300))
                .addZones(zone(east8, Kind.KIND_C, 100))
                .addZones(zone(west8, Kind.KIND_C, 100));
        return view;
    }

    private static ZoneMessage.Builder zone(ZoneApplication application, Kind kind, int weight) {
        return ZoneMessage.newBuilder()
                .setName(application.zone())
                .setRegion(application.zone().substring(0, 4))
                .addEndpoints(application.address())
                .setKind(kind)
                .setWeight(weight);
    }
}
