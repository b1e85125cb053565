package io.meridian.router;

import io.meridian.local.Ports;
import io.meridian.local.envoy.EnvoyBootstrap;
import io.meridian.local.envoy.EnvoyProcess;
import io.meridian.local.tls.Identity;
import io.meridian.local.tls.IdentityFiles;
import io.meridian.local.tls.LocalAuthority;
import io.meridian.router.ads.AdsTls;
import io.meridian.router.compile.GatewayTls;
import io.meridian.router.hold.HoldLimits;
import io.meridian.topology.RegionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A region of a test: routers in this process (one, unless the test wants two), a real Envoy. */
final class Region implements AutoCloseable {
    static {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host"); // services are told apart by it
    }

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String name;
    private final Vertx vertx;
    private final Path folder;
    private final Path tls;
    private final IdentityFiles router;
    private final List<String> feeds;
    private final Setup setup;
    private final List<RouterPlace> places;
    private final int edgePort = Ports.free();
    private final int adminPort = Ports.free();
    private final int gatewayPort = Ports.free();
    private final String bootstrap;
    private EnvoyProcess envoy;
    private Optional<EnvoyProcess> before = Optional.empty();

    /**
     * @param workers of the Envoy
     * @param baseId of Envoy's shared memory; 0: it cannot be restarted hot
     * @param shown region whose gateway certificate the router tells Envoy to show to other gateways; empty: its own
     */
    record Setup(int workers, int routers, int baseId, Optional<String> shown) {
        static final Setup USUAL = new Setup(1, 1, 0, Optional.empty());

        Setup showing(String region) {
            return new Setup(workers, routers, baseId, Optional.of(region));
        }

        Setup workers(int count) {
            return new Setup(count, routers, baseId, shown);
        }

        Setup routers(int count) {
            return new Setup(workers, count, baseId, shown);
        }

        Setup hotRestart(int id) {
            return new Setup(workers, routers, id, shown);
        }
    }

    /** Where a router is, whether it runs or not. */
    private static final class RouterPlace {
        final String name;
        final int adsPort = Ports.free();
        final int holdPort = Ports.free();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Optional<Router> router = Optional.empty();

        RouterPlace(String name) {
            this.name = name;
        }
    }

    Region(String name, Vertx vertx, Path folder, Path tls, List<String> feeds, Setup setup) throws Exception {
        this.name = name;
        this.vertx = vertx;
        this.folder = folder.resolve(name);
        this.tls = tls;
        var authority = LocalAuthority.create(tls);
        router = authority.issue(Identity.router(name));
        authority.issue(Identity.envoy(name, node()));
        this.feeds = feeds;
        this.setup = setup;
        this.places = IntStream.range(0, setup.routers())
                .mapToObj(place -> new RouterPlace(name + "-router" + (place == 0 ? "" : "-" + (place + 1))))
                .toList();
        for (int place = 0; place < places.size(); place++) {
            startRouter(place);
        }
        this.bootstrap = EnvoyBootstrap.render(new EnvoyBootstrap.Input(
                node(),
                "meridian-" + name,
                edgePort,
                gatewayPort,
                adminPort,
                places.stream().map(place -> "127.0.0.1:" + place.adsPort).toList(),
                Optional.of(new EnvoyBootstrap.AdsTls(
                        IdentityFiles.of(tls, Identity.envoy(name, node())).sds(),
                        Identity.router(name).spiffe())),
                places.stream().map(place -> "127.0.0.1:" + place.holdPort).toList(),
                Path.of("src/main/envoy/shard_router.lua").toAbsolutePath(),
                IdentityFiles.of(tls, Identity.gateway(name)).sds(),
                this.folder.resolve("envoy/access.log")));
        this.envoy = EnvoyProcess.start(this.folder.resolve("envoy"), bootstrap, adminPort, _ -> {}, arguments(0));
    }

    /** A second Envoy takes the ports over from the first, which ends when its requests have their answers, or a little later. */
    void hotRestart() throws Exception {
        before = Optional.of(envoy);
        envoy = EnvoyProcess.start(folder.resolve("envoy-2"), bootstrap, adminPort, _ -> {}, arguments(1));
    }

    /** The Envoy of before the hot restart still runs. */
    boolean draining() {
        return before.filter(old -> old.process().alive()).isPresent();
    }

    private List<String> arguments(int epoch) {
        var arguments = new ArrayList<>(List.of("--concurrency", Integer.toString(setup.workers())));
        arguments.addAll(
                setup.baseId() == 0
                        ? List.of("--disable-hot-restart")
                        : List.of(
                                "--base-id",
                                Integer.toString(setup.baseId()),
                                "--restart-epoch",
                                Integer.toString(epoch),
                                "--drain-time-s",
                                "2",
                                "--parent-shutdown-time-s",
                                "6"));
        return arguments;
    }

    private String node() {
        return name + "-edge-1";
    }

    List<String> routerNames() {
        return places.stream().map(place -> place.name).toList();
    }

    Router router() {
        return places.getFirst().router.orElseThrow();
    }

    EnvoyProcess envoy() {
        return envoy;
    }

    String gateway() {
        return "127.0.0.1:" + gatewayPort;
    }

    int gatewayPort() {
        return gatewayPort;
    }

    int edgePort() {
        return edgePort;
    }

    int holdPort() {
        return places.getFirst().holdPort;
    }

    int adsPort() {
        return places.getFirst().adsPort;
    }

    void stopRouter() {
        stopRouter(0);
    }

    void stopRouter(int place) {
        places.get(place).router.ifPresent(Router::close);
        places.get(place).router = Optional.empty();
    }

    void restartRouter() throws Exception {
        startRouter(0);
    }

    /** @param headers name, value, name, value */
    HttpResponse<String> get(String path, String... headers) throws Exception {
        return CLIENT.send(request(path, headers).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return CLIENT.send(
                request(path, headers)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> postAsync(String path, String body, String... headers) {
        return CLIENT.sendAsync(
                request(path, headers)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What the first router measures. */
    SimpleMeterRegistry metrics() {
        return places.getFirst().meters;
    }

    /** A counter or gauge of the Envoy. */
    long stat(String stat) throws Exception {
        String body = admin("/stats?filter=%5E" + stat.replace(".", "%5C.") + "%24");
        return body.isBlank() ? 0 : Long.parseLong(body.strip().replaceAll(".*: ", ""));
    }

    /** Bytes that the Envoy has allocated. */
    long memory() throws Exception {
        return Long.parseLong(admin("/memory").replaceAll("(?s).*\"allocated\": \"(\\d+)\".*", "$1"));
    }

    /** A gauge of the router. */
    double meter(String name) {
        return meter(0, name);
    }

    double meter(int place, String name) {
        return places.get(place).meters.get(name).gauge().value();
    }

    /** So many requests are held here. */
    void awaitWaiting(int count) {
        Await.until(
                count + " are held",
                () -> meter("meridian_hold_waiting_requests") == count,
                () -> meter("meridian_hold_waiting_requests"));
    }

    String admin(String path) throws Exception {
        var question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                .build();
        if (before.isEmpty()) {
            return CLIENT.send(question, HttpResponse.BodyHandlers.ofString()).body();
        }
        try (var fresh = HttpClient.newHttpClient()) { // connections that were there lead to the old Envoy
            return fresh.send(question, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Override
    public void close() {
        before.ifPresent(EnvoyProcess::close);
        envoy.close();
        for (int place = 0; place < places.size(); place++) {
            stopRouter(place);
        }
    }

    void startRouter(int index) throws Exception {
        RouterPlace place = places.get(index);
        var settings = new RouterSettings(
                RegionId.of(name),
                "127.0.0.1",
                place.name,
                feeds,
                place.adsPort,
                place.holdPort,
                HoldLimits.DEFAULT,
                folder.resolve(index == 0 ? "data" : "data-" + (index + 1)),
                new GatewayTls(
                        IdentityFiles.of(tls, Identity.gateway(setup.shown().orElse(name)))
                                .sds()
                                .toString()),
                Optional.of(new AdsTls.PemFiles(router.certificate(), router.key(), router.authority())));
        place.meters = new SimpleMeterRegistry();
        place.router = Optional.of(Router.start(settings, vertx, place.meters));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edgePort + path))
                .timeout(Await.within(30));
        return headers.length == 0 ? request : request.headers(headers);
    }
}
