package io.meridian.router;

import io.meridian.local.envoy.EnvoyBootstrap;
import io.meridian.local.envoy.EnvoyProcess;
import io.meridian.router.compile.GatewayTls;
import io.meridian.router.hold.HoldLimits;
import io.meridian.topology.RegionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A region of a test: a router in this process, a real Envoy. */
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
    private final List<String> feeds;
    private final String upstreamIdentity;
    private final int adsPort = freePort();
    private final int holdPort = freePort();
    private final int edgePort = freePort();
    private final int adminPort = freePort();
    private final int gatewayPort = freePort();
    private HoldLimits holdLimits = HoldLimits.DEFAULT;
    private SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Router router;
    private EnvoyProcess envoy;

    Region(String name, Vertx vertx, Path folder, Path tls, List<String> feeds) throws Exception {
        this(name, vertx, folder, tls, feeds, name);
    }

    /** @param upstreamIdentity name of the certificate that the router tells Envoy to show to other gateways */
    Region(String name, Vertx vertx, Path folder, Path tls, List<String> feeds, String upstreamIdentity)
            throws Exception {
        this.upstreamIdentity = upstreamIdentity;
        this.name = name;
        this.vertx = vertx;
        this.folder = folder.resolve(name);
        this.tls = tls;
        this.feeds = feeds;
        this.router = startRouter();
        this.envoy = EnvoyProcess.start(
                this.folder.resolve("envoy"),
                EnvoyBootstrap.render(new EnvoyBootstrap.Input(
                        name + "-edge-1",
                        "meridian-" + name,
                        edgePort,
                        gatewayPort,
                        adminPort,
                        "127.0.0.1:" + adsPort,
                        "127.0.0.1:" + holdPort,
                        Path.of("src/main/envoy/shard_router.lua").toAbsolutePath(),
                        tls.resolve(name + ".crt"),
                        tls.resolve(name + ".key"),
                        tls.resolve("ca.crt"),
                        this.folder.resolve("envoy/access.log"))),
                adminPort);
    }

    Router router() {
        return router;
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
        return holdPort;
    }

    int adsPort() {
        return adsPort;
    }

    void stopRouter() {
        router.close();
    }

    void restartRouter() throws Exception {
        router = startRouter();
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

    /** A counter or gauge of the Envoy. */
    long stat(String stat) throws Exception {
        var question = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + adminPort + "/stats?filter=%5E" + stat.replace(".", "%5C.") + "%24"))
                .build();
        String body =
                CLIENT.send(question, HttpResponse.BodyHandlers.ofString()).body();
        return body.isBlank() ? 0 : Long.parseLong(body.strip().replaceAll(".*: ", ""));
    }

    /** Bytes that the Envoy has allocated. */
    long memory() throws Exception {
        return Long.parseLong(admin("/memory").replaceAll("(?s).*\"allocated\": \"(\\d+)\".*", "$1"));
    }

    /** A gauge of the router. */
    double meter(String name) {
        return meters.get(name).gauge().value();
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
        return CLIENT.send(question, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        envoy.close();
        router.close();
    }

    private Router startRouter() throws Exception {
        var settings = new RouterSettings(
                RegionId.of(name),
                "127.0.0.1",
                name + "-router",
                feeds,
                adsPort,
                holdPort,
                holdLimits,
                folder.resolve("data"),
                new GatewayTls(
                        tls.resolve(upstreamIdentity + ".crt").toString(),
                        tls.resolve(upstreamIdentity + ".key").toString(),
                        tls.resolve("ca.crt").toString()));
        meters = new SimpleMeterRegistry();
        return Router.start(settings, vertx, meters);
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edgePort + path))
                .timeout(Await.within(30));
        return headers.length == 0 ? request : request.headers(headers);
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
