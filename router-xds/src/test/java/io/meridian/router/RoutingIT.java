package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.topology.ShardFunction;
import io.meridian.wire.CircuitBreakerMessage;
import io.meridian.wire.OutlierMessage;
import io.meridian.wire.PinMessage;
import io.meridian.wire.RouterView;
import io.meridian.wire.ServiceMessage;
import io.meridian.wire.ZoneMessage;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a request through two real Envoys: to its zone, held, released, refused and repeated. */
class RoutingIT {
    @TempDir
    static Path folder;

    private static TwoRegions world;

    @BeforeAll
    static void start() throws Exception {
        world = new TwoRegions(folder);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void requestGoesToTheOwnerOfItsShardFromBothEdges() throws Exception {
        String eastKey = TwoRegions.keyOf(11);
        String westKey = TwoRegions.keyOf(800);

        var own = world.east.get("/a", "x-user-key", eastKey);
        var across = world.east.get("/b", "x-user-key", westKey);
        var back = world.west.get("/c", "x-user-key", eastKey);

        assertThat(own.body()).isEqualTo("east-1:");
        assertThat(across.body()).isEqualTo("west-1:");
        assertThat(back.body()).isEqualTo("east-1:");
        assertThat(across.headers().firstValue("x-meridian-shard")).hasValue("800");
        assertThat(across.headers().firstValue("x-meridian-zone")).hasValue("west-1");
        assertThat(across.headers().firstValue("x-meridian-via")).isEmpty();
    }

    @Test
    void requestOfAFrozenShardWaitsAndGoesToTheNewOwnerInTheOtherRegion() throws Exception {
        int shard = 20;
        String key = TwoRegions.keyOf(shard);
        world.freeze(shard);

        var held = world.east.postAsync("/held", "the body", "x-user-key", key);
        Await.until("the request is held", () -> world.east.stat("cluster.meridian_hold.upstream_rq_active") == 1);
        assertThat(held).isNotDone();
        world.release(shard, "west-1", 3);
        var answer = held.get();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("west-1:the body");
        assertThat(answer.headers().firstValue("x-meridian-via")).hasValue("hold");
    }

    @Test
    void manyHeldRequestsAreReleasedWithoutALoss() {
        int shard = 21;
        String key = TwoRegions.keyOf(shard);
        world.freeze(shard);

        var held = IntStream.range(0, 300)
                .mapToObj(number -> world.east.postAsync("/many/" + number, "body " + number, "x-user-key", key))
                .toList();
        Await.until("all are held", () -> world.east.stat("cluster.meridian_hold.upstream_rq_active") == 300);
        world.release(shard, "east-2", 3);

        assertThat(held)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(world.east2.executed().stream()
                        .filter(executed -> executed.path().startsWith("/many/"))
                        .map(ZoneApplication.Executed::path)
                        .distinct())
                .hasSize(300);
    }

    @Test
    void refusalOfTheFenceGoesBackThroughTheRulesUnseenAndTheBodyWithIt() throws Exception {
        int shard = 30;
        String key = TwoRegions.keyOf(shard);
        String body = "x".repeat(200_000);
        world.east1.fence(List.of(shard)); // the edge does not know yet

        var answer = world.east.postAsync("/fenced", body, "x-user-key", key);
        Await.until(
                "refused once",
                () -> world.east1.refused().stream()
                        .anyMatch(refused -> refused.path().equals("/fenced")));
        world.release(shard, "west-1", 3);

        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(answer.join().body()).isEqualTo("west-1:" + body);
        assertThat(answer.join().headers().firstValue("x-meridian-via")).hasValue("fence");
        assertThat(answer.join().headers().firstValue("x-meridian-fence")).isEmpty();
    }

    @Test
    void requestThatEveryOwnerRefusesIsAnswered503AndMayBeRepeated() throws Exception {
        int shard = 31;
        world.east1.fence(List.of(shard));

        var answer = world.east.get("/never", "x-user-key", TwoRegions.keyOf(shard));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("x-meridian-reason")).hasValue("fenced");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("location")).isEmpty();
        assertThat(answer.body()).contains("urn:meridian:edge:fenced", "\"status\":503");
        assertThat(world.east1.refused().stream()
                        .filter(refused -> refused.path().equals("/never")))
                .hasSize(4); // one and three repeats
    }

    @Test
    void misdirectedAnswerOfTheApplicationGoesToTheClient() throws Exception {
        world.east2.mood(ZoneApplication.Mood.MISDIRECTED);
        var misdirected = world.east.get("/", "x-user-key", TwoRegions.keyOf(600));
        world.east2.mood(ZoneApplication.Mood.REDIRECTING);
        var redirected = world.east.get("/", "x-user-key", TwoRegions.keyOf(600));
        world.east2.mood(ZoneApplication.Mood.WILLING);

        assertThat(misdirected.statusCode()).isEqualTo(421);
        assertThat(misdirected.body()).isEqualTo("mine");
        assertThat(redirected.statusCode()).isEqualTo(307);
        assertThat(redirected.headers().firstValue("location")).hasValue("http://elsewhere.test/");
    }

    @Test
    void whatAClientSaysInMeridiansNameIsNotHeard() throws Exception {
        var answer = world.east.get(
                "/spoofed",
                "x-user-key",
                TwoRegions.keyOf(12),
                "x-meridian-zone",
                "west-1",
                "x-meridian-cluster",
                "gw-west",
                "X-Meridian-Fence",
                "1",
                "x-meridian-shard",
                "800",
                "x-envoy-retry-on",
                "5xx",
                "x-envoy-original-url",
                "http://x/y");

        assertThat(answer.body()).isEqualTo("east-1:");
        ZoneApplication.Executed executed = world.east1.executed().stream()
                .filter(request -> request.path().equals("/spoofed"))
                .findFirst()
                .orElseThrow();
        assertThat(executed.shard()).isEqualTo("12");
        assertThat(executed.zone()).isEqualTo("east-1");
        assertThat(executed.headers()).doesNotContain("fence", "cluster", "retry-on", "original-url");
    }

    @Test
    void keyMayStandInACookieOrTheQueryAndMustStandSomewhere() throws Exception {
        String key = TwoRegions.keyOf(800);

        assertThat(world.east.get("/", "cookie", "a=b; uid=" + key).body()).isEqualTo("west-1:");
        assertThat(world.east.get("/?x=1&uid=" + key).body()).isEqualTo("west-1:");
        var none = world.east.get("/");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.headers().firstValue("x-meridian-reason")).hasValue("no_key");
    }

    @Test
    void requestWithoutAKeyGoesToTheZoneThatTheServiceNamesAndEndsThere() throws Exception {
        try {
            world.control.say(serving(service -> service.setWithoutKey("west-1")));
            awaitEverywhere();

            var unknown = world.east.get("/keyless");
            world.west1.mood(ZoneApplication.Mood.FENCED);
            var refused = world.east.get("/keyless-write");
            var known = world.east.get("/", "x-user-key", TwoRegions.keyOf(11));

            assertThat(unknown.body()).isEqualTo("west-1:");
            assertThat(unknown.headers().firstValue("x-meridian-zone")).hasValue("west-1");
            assertThat(unknown.headers().firstValue("x-meridian-shard")).isEmpty();
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("x-meridian-reason")).hasValue("fenced");
            assertThat(known.body()).isEqualTo("east-1:");
        } finally {
            world.west1.mood(ZoneApplication.Mood.WILLING);
            world.control.say(world.topology());
            awaitEverywhere();
        }
    }

    @Test
    void endpointThatFailsAgainAndAgainIsLeftOutAndTheBreakersAreTheDeclaredOnes() throws Exception {
        String key = TwoRegions.keyOf(700);
        var broken = new ZoneApplication(world.vertx, "east-2");
        broken.mood(ZoneApplication.Mood.FAILING);
        try {
            var view = serving(service -> service.setOutlier(OutlierMessage.newBuilder()
                            .setConsecutive5Xx(3)
                            .setIntervalMillis(100)
                            .setEjectionMillis(60_000)
                            .setMaxEjectionPercent(50))
                    .setCircuitBreaker(CircuitBreakerMessage.newBuilder()
                            .setMaxConnections(41)
                            .setMaxPendingRequests(42)
                            .setMaxRequests(43)
                            .setMaxRetries(44)));
            view.getZonesBuilder(1).addEndpoints(broken.address());
            world.control.say(view);
            awaitEverywhere();

            Await.until("the broken one is left out", () -> {
                var _ = world.east.get("/outlier", "x-user-key", key);
                return world.east.stat("cluster.zone-east-2.ledger.outlier_detection.ejections_active") == 1;
            });
            var answers = new ArrayList<Integer>();
            for (int request = 0; request < 20; request++) {
                answers.add(world.east.get("/outlier", "x-user-key", key).statusCode());
            }

            assertThat(answers).containsOnly(200);
            assertThat(broken.executed()).hasSizeGreaterThanOrEqualTo(3);
            assertThat(world.east.admin("/clusters"))
                    .contains(
                            "zone-east-2.ledger::default_priority::max_connections::41",
                            "zone-east-2.ledger::default_priority::max_pending_requests::42",
                            "zone-east-2.ledger::default_priority::max_requests::43",
                            "zone-east-2.ledger::default_priority::max_retries::44");
        } finally {
            world.control.say(world.topology());
            awaitEverywhere();
        }
    }

    @Test
    void aPinnedUserGoesToItsZoneWhileThatZonesRegionOwnsTheShard() throws Exception {
        int shard = 40;
        String user = TwoRegions.keyOf(shard);
        String stranger = TwoRegions.keyOf(shard + 1);
        String odd = "stress-; =\u00fc"
                + IntStream.range(0, 10_000)
                        .filter(number -> new ShardFunction(TwoRegions.SHARDS)
                                        .shardOf("stress-; =\u00fc" + number)
                                        .number()
                                < 300)
                        .findFirst()
                        .orElseThrow();
        try {
            world.control.say(world.topology()
                    .addPins(PinMessage.newBuilder().setKey(user).setZone("east-2"))
                    .addPins(PinMessage.newBuilder()
                            .setKey("stress-")
                            .setPrefix(true)
                            .setZone("east-2")));
            awaitEverywhere();

            assertThat(world.east.get("/pin", "x-user-key", user).body()).isEqualTo("east-2:");
            assertThat(world.west.get("/pin", "x-user-key", user).body()).isEqualTo("east-2:");
            assertThat(world.east
                            .get("/pin?uid=" + URLEncoder.encode(odd, StandardCharsets.UTF_8))
                            .body())
                    .isEqualTo("east-2:");
            assertThat(world.east.get("/pin", "x-user-key", stranger).body()).isEqualTo("east-1:");

            world.freeze(shard);
            var held = world.west.postAsync("/pin", "held", "x-user-key", user);
            Await.until("it is held", () -> world.west.stat("cluster.meridian_hold.upstream_rq_active") == 1);
            world.release(shard, "east-1", 3);
            assertThat(held.join().body())
                    .as("the hold names the owner, the pin holds")
                    .isEqualTo("east-2:held");

            world.awaitAcked(world.release(shard, "west-1", 5));
            assertThat(world.east.get("/pin", "x-user-key", user).body())
                    .as("another region owns it now: its fence would refuse the pinned zone")
                    .isEqualTo("west-1:");
        } finally {
            world.control.say(world.topology());
            awaitEverywhere();
        }
        assertThat(world.east.get("/pin", "x-user-key", user).body()).isEqualTo("east-1:");
    }

    private static RouterView.Builder serving(Consumer<ServiceMessage.Builder> change) {
        RouterView.Builder view = world.topology();
        change.accept(view.getServicesBuilder(0));
        return view;
    }

    @Test
    void gatewayTalksToNobodyWithoutACertificate() throws Exception {
        try (var plain = new Socket("127.0.0.1", world.west.gatewayPort())) {
            var trusting = SSLContext.getInstance("TLS");
            trusting.init(null, new TrustManager[] {new Trusting()}, null);
            try (var tls = (SSLSocket) trusting.getSocketFactory().createSocket(plain, "127.0.0.1", 0, false)) {
                assertThatThrownBy(() -> {
                            tls.startHandshake();
                            tls.getOutputStream().write(1);
                            assertThat(tls.getInputStream().read()).isNotNegative();
                        })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void zonesComeAndGoWithoutAFailedRequest() throws Exception {
        var east3 = new ZoneApplication(world.vertx, "east-3");
        var shards = IntStream.range(400, 420).boxed().toList();
        List<String> keys = shards.stream().map(TwoRegions::keyOf).toList();
        try (var load = new Load(List.of(world.east, world.west), keys)) {
            for (int round = 0;
                    round < 5;
                    round++) { // In the order that a topology allows: a zone with shards cannot leave.
                world.control.say(with(world.control.state(), east3));
                awaitEverywhere();
                world.awaitAcked(world.control.change(shards, route -> route.setZone("east-3")));
                world.awaitAcked(world.control.change(shards, route -> route.setZone("east-1")));
                world.control.say(without(world.control.state(), "east-3"));
                awaitEverywhere();
            }
            load.stop();

            assertThat(load.failures()).isEmpty();
            assertThat(load.answers()).isGreaterThan(0);
        }
        assertThat(east3.executed()).isNotEmpty();
        assertThat(world.east.admin("/clusters")).doesNotContain("zone-east-3.");
    }

    private static void awaitEverywhere() {
        world.awaitAcked(world.control.revision());
    }

    private static RouterView.Builder with(RouterView state, ZoneApplication zone) {
        return state.toBuilder()
                .addZones(ZoneMessage.newBuilder()
                        .setName(zone.zone())
                        .setRegion("east")
                        .addEndpoints(zone.address()));
    }

    private static RouterView.Builder without(RouterView state, String zone) {
        var view = state.toBuilder().clearZones();
        state.getZonesList().stream()
                .filter(message -> !message.getName().equals(zone))
                .forEach(view::addZones);
        return view;
    }
}
