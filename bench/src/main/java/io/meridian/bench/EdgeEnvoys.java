package io.meridian.bench;

import io.meridian.local.Checkout;
import io.meridian.local.Ports;
import io.meridian.local.envoy.EnvoyBootstrap;
import io.meridian.local.envoy.EnvoyProcess;
import io.meridian.local.tls.Identity;
import io.meridian.local.tls.LocalAuthority;
import io.meridian.router.ads.AckLedger;
import io.meridian.router.ads.AdsCounts;
import io.meridian.router.ads.AdsServer;
import io.meridian.router.compile.GatewayTls;
import io.meridian.router.compile.RouteCompiler;
import io.meridian.router.view.Places;
import io.meridian.router.view.Route;
import io.meridian.router.view.RouteMap;
import io.meridian.router.view.Routing;
import io.meridian.router.view.RoutingView;
import io.meridian.router.view.Shares;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.topology.ownership.Epoch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * One Envoy with two ways to the same application: the edge with Meridian's rules, as the router compiles and serves them, and a listener with a
 * static route and everything else equal. The application is an Envoy that answers at once.
 */
final class EdgeEnvoys implements AutoCloseable {
    private static final RegionId EAST = RegionId.of("east");
    private static final int SHARDS = 1024;
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);

    private final int staticPort = Ports.free();
    private final int edgePort = Ports.free();
    private final Path folder;
    private final AdsServer ads;
    private final AckLedger ledger = new AckLedger(_ -> {});
    private final RouteCompiler compiler;
    private final int applicationPort = Ports.free();
    private final EnvoyProcess application;
    private final EnvoyProcess edge;
    private long revision;

    EdgeEnvoys() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("meridian-edge-");
        var gateway = LocalAuthority.create(folder.resolve("tls")).issue(Identity.gateway(EAST.name()));
        compiler = new RouteCompiler(EAST, new GatewayTls(gateway.sds().toString()));
        ads = new AdsServer("127.0.0.1", 0, ledger, new AdsCounts(new SimpleMeterRegistry()));
        ads.open();
        int applicationAdmin = Ports.free();
        application = EnvoyProcess.start(
                folder.resolve("application"), applicationYaml(applicationPort, applicationAdmin), applicationAdmin);
        int admin = Ports.free();
        String bootstrap = EnvoyBootstrap.render(new EnvoyBootstrap.Input(
                "east-edge-1",
                "meridian-east",
                edgePort,
                Ports.free(),
                admin,
                List.of("127.0.0.1:" + ads.port()),
                Optional.empty(),
                List.of("127.0.0.1:" + Ports.free()),
                Checkout.root().resolve("router-xds/src/main/envoy/shard_router.lua"),
                gateway.sds(),
                folder.resolve("access.log")));
        serve(1);
        edge = EnvoyProcess.start(folder.resolve("edge"), withStaticListener(bootstrap), admin);
        awaitRevision();
    }

    int staticPort() {
        return staticPort;
    }

    int edgePort() {
        return edgePort;
    }

    /** What the edge's Envoy has used of the processor so far. */
    long cpuNanos() throws IOException {
        long sum = 0;
        try (var threads = Files.list(Path.of("/proc/" + edge.pid() + "/task"))) {
            for (Path thread : threads.toList()) {
                sum += Long.parseLong(
                        Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
            }
        }
        return sum;
    }

    /** From now on there are so many R services; the host {@code s0.bench.test} is that of the first. Returns when the Envoy has them. */
    void services(int count) throws InterruptedException {
        serve(count);
        awaitRevision();
    }

    private void serve(int count) {
        var zones = new TreeMap<ZoneId, Places.Zone>();
        ZoneId zone = ZoneId.of("east-1");
        zones.put(zone, new Places.Zone(zone, EAST, List.of("127.0.0.1:" + applicationPort)));
        List<Topology.Service> services =
                IntStream.range(0, count).mapToObj(EdgeEnvoys::service).toList();
        var routes = new TreeMap<ShardId, Route>();
        for (int shard = 0; shard < SHARDS; shard++) {
            routes.put(ShardId.of(shard), new Route.Owned(zone, Epoch.of(1)));
        }
        var routing = Routing.of(
                new Places(services, Collections.unmodifiableSortedMap(zones), new ArrayList<>()), SHARDS, routes);
        var map = ((RouteMap.Compilation.Compiled) RouteMap.of(routing, EAST)).map();
        ads.publish(compiler.compile(new RoutingView(++revision, routing), map, Shares.WHOLE));
    }

    private static Topology.Service service(int number) {
        return new Topology.Service(
                "s" + number,
                Topology.Kind.R,
                List.of("s" + number + ".bench.test"),
                List.of("header:x-user-key", "cookie:uid", "query:uid"),
                Optional.empty(),
                Optional.empty(),
                Collections.emptySortedMap(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private void awaitRevision() throws InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (ledger.entries().stream().noneMatch(ack -> ack.acceptedRevision() >= revision)) {
            if (System.nanoTime() > deadline) {
                throw new BenchFailedException(
                        "Envoy did not accept the routes within " + READY_LIMIT + ": " + ledger.entries());
            }
            Thread.sleep(20);
        }
        Thread.sleep(200); // an ACK is of the main thread; the worker follows
    }

    /** The edge listener without what Meridian adds to it, and a route that is not decided. */
    private String withStaticListener(String bootstrap) {
        String listener = """
                  - name: static
                    address: {socket_address: {address: 127.0.0.1, port_value: %d}}
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: static
                          route_config:
                            name: static
                            validate_clusters: false
                            virtual_hosts:
                            - {name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: zone-east-1.s0, timeout: 15s}}]}
                          use_remote_address: true
                          normalize_path: true
                          stream_idle_timeout: 60s
                          request_timeout: 0s
                          request_headers_timeout: 10s
                          http_filters:
                          - name: envoy.filters.http.router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                          access_log: *log
                """.formatted(staticPort);
        int clusters = bootstrap.indexOf("\n  clusters:");
        return bootstrap.substring(0, clusters + 1) + listener.indent(0) + bootstrap.substring(clusters + 1);
    }

    private static String applicationYaml(int port, int admin) {
        return """
                admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
                static_resources:
                  listeners:
                  - name: application
                    address: {socket_address: {address: 127.0.0.1, port_value: %d}}
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: application
                          route_config:
                            virtual_hosts:
                            - {name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: ok}}}]}
                          http_filters:
                          - name: envoy.filters.http.router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """.formatted(admin, port);
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            System.err.println("bench: left behind " + folder + ": " + failed);
        }
    }

    @Override
    public void close() {
        edge.close();
        application.close();
        ads.close();
        delete(folder);
    }
}
