package io.meridian.router.ads;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.sun.net.httpserver.HttpServer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.meridian.local.Ports;
import io.meridian.local.envoy.EnvoyProcess;
import io.meridian.router.Await;
import io.meridian.router.compile.Catalogue;
import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import io.meridian.topology.RegionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Envoy takes listeners, routes, clusters and endpoints from us over either variant, with mTLS. */
class EnvoyTypesIT {
    private static final int REPLACEMENTS = 30;

    @TempDir
    Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int edgePort = Ports.free();
    private final int adminPort = Ports.free();
    private final int adsPort = Ports.free();
    private AckLedger ledger = new AckLedger(_ -> {});
    private SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @ParameterizedTest
    @ValueSource(strings = {"GRPC", "DELTA_GRPC"})
    void everyTypeIsServedReplacedWithoutAGapAndNotResentByAReplica(String apiType) throws Exception {
        var authority = new Certificates(folder);
        authority.issue("router", "spiffe://meridian/router/east");
        authority.issue("envoy", "spiffe://meridian/envoy/east/east-edge-1");
        HttpServer one = application("one");
        HttpServer two = application("two");
        AdsServer server = server(authority);
        try (var _ = EnvoyProcess.start(folder.resolve("envoy"), bootstrap(apiType, authority), adminPort)) {
            server.publish(at(1, "app-1", one.getAddress().getPort()));
            Await.until("served", () -> get().equals("one"));

            int failures = replaceUnderLoad(server, one, two);

            assertThat(failures).isZero();
            awaitAccepted(1 + REPLACEMENTS);
            assertThat(stat("cluster_manager.cds.update_rejected")).isZero();
            assertThat(stat("cluster_manager.active_clusters")).isEqualTo(2); // app and ads

            server.close();
            ledger = new AckLedger(_ -> {});
            meters = new SimpleMeterRegistry();
            server = server(authority);
            server.publish(at(500, "app-" + (1 + REPLACEMENTS), two.getAddress().getPort()));
            awaitAccepted(500);
            assertThat(meters.find("meridian_ads_responses").counters().stream()
                            .mapToDouble(counter -> counter.count())
                            .sum())
                    .as("sent by the replica")
                    .isZero();
        } finally {
            server.close();
            one.stop(0);
            two.stop(0);
        }
    }

    /** Each time another cluster with other endpoints, and a route to it. @return requests that were not answered 200 */
    private int replaceUnderLoad(AdsServer server, HttpServer one, HttpServer two) {
        var failures = new AtomicInteger();
        var ended = new AtomicBoolean();
        var load = CompletableFuture.runAsync(() -> {
            while (!ended.get()) {
                try {
                    get();
                } catch (AssertionError | IOException failed) {
                    failures.incrementAndGet();
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        });
        for (int i = 1; i <= REPLACEMENTS; i++) {
            HttpServer next = i % 2 == 0 && i < REPLACEMENTS ? one : two;
            server.publish(at(1 + i, "app-" + (1 + i), next.getAddress().getPort()));
            awaitAccepted(1 + i);
        }
        ended.set(true);
        load.join();
        return failures.get();
    }

    private void awaitAccepted(long revision) {
        Await.until(
                "revision " + revision + " is accepted",
                () -> ledger.barrier(revision).acked() == 1,
                () -> ledger.entries());
    }

    private AdsServer server(Certificates authority) throws IOException {
        var server = new AdsServer(
                "127.0.0.1",
                adsPort,
                Optional.of(AdsTls.of(RegionId.of("east"), authority.files("router"))),
                ledger,
                new AdsCounts(meters));
        server.open();
        return server;
    }

    private Catalogue at(long revision, String cluster, int port) {
        return Catalogue.of(EnvoyResources.of(
                revision,
                Map.of(
                        ResourceType.CLUSTER, List.of(cluster(cluster)),
                        ResourceType.ENDPOINT, List.of(endpoints(cluster, port)),
                        ResourceType.LISTENER, List.of(listener()),
                        ResourceType.ROUTE, List.of(route(cluster)))));
    }

    private static EnvoyResource cluster(String name) {
        var cluster = Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setConnectTimeout(Duration.newBuilder().setSeconds(1));
        cluster.getEdsClusterConfigBuilder().setEdsConfig(ads());
        return EnvoyResource.of(ResourceType.CLUSTER, name, cluster.build());
    }

    private static EnvoyResource endpoints(String cluster, int port) {
        var assignment = ClusterLoadAssignment.newBuilder().setClusterName(cluster);
        assignment
                .addEndpointsBuilder()
                .addLbEndpointsBuilder()
                .getEndpointBuilder()
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress("127.0.0.1")
                .setPortValue(port);
        return EnvoyResource.of(ResourceType.ENDPOINT, cluster, assignment.build());
    }

    private EnvoyResource listener() {
        var manager = HttpConnectionManager.newBuilder()
                .setStatPrefix("edge")
                .setRds(Rds.newBuilder().setRouteConfigName("routes").setConfigSource(ads()))
                .addHttpFilters(HttpFilter.newBuilder()
                        .setName("envoy.filters.http.router")
                        .setTypedConfig(Any.pack(Router.getDefaultInstance())));
        var listener = Listener.newBuilder()
                .setName("edge")
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder()
                                .setName("envoy.filters.network.http_connection_manager")
                                .setTypedConfig(Any.pack(manager.build()))));
        listener.getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress("127.0.0.1")
                .setPortValue(edgePort);
        return EnvoyResource.of(ResourceType.LISTENER, "edge", listener.build());
    }

    private static EnvoyResource route(String cluster) {
        var routes = RouteConfiguration.newBuilder().setName("routes");
        var route =
                routes.addVirtualHostsBuilder().setName("all").addDomains("*").addRoutesBuilder();
        route.getMatchBuilder().setPrefix("/");
        route.getRouteBuilder().setCluster(cluster);
        return EnvoyResource.of(ResourceType.ROUTE, "routes", routes.build());
    }

    private static ConfigSource ads() {
        return ConfigSource.newBuilder()
                .setResourceApiVersion(ApiVersion.V3)
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .build();
    }

    private String bootstrap(String apiType, Certificates authority) {
        AdsTls.PemFiles envoy = authority.files("envoy");
        return """
                node: {id: east-edge-1, cluster: test}
                admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
                dynamic_resources:
                  ads_config:
                    api_type: %s
                    transport_api_version: V3
                    grpc_services:
                    - envoy_grpc: {cluster_name: ads, retry_policy: {retry_back_off: {base_interval: 0.1s, max_interval: 1s}}}
                  cds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
                  lds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0s}
                static_resources:
                  clusters:
                  - name: ads
                    type: STATIC
                    connect_timeout: 1s
                    typed_extension_protocol_options:
                      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                        explicit_http_config: {http2_protocol_options: {connection_keepalive: {interval: 5s, timeout: 2s}}}
                    load_assignment:
                      cluster_name: ads
                      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
                    transport_socket:
                      name: envoy.transport_sockets.tls
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                        common_tls_context:
                          tls_certificates: [{certificate_chain: {filename: "%s"}, private_key: {filename: "%s"}}]
                          validation_context:
                            trusted_ca: {filename: "%s"}
                            match_typed_subject_alt_names:
                            - {san_type: URI, matcher: {exact: "spiffe://meridian/router/east"}}
                """.formatted(adminPort, apiType, adsPort, envoy.certificate(), envoy.key(), envoy.ca());
    }

    private static HttpServer application(String answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private String get() throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edgePort + "/"))
                        .timeout(Await.within(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private long stat(String name) throws IOException, InterruptedException {
        String line = client.send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + adminPort + "/stats?filter=%5E" + name + "%24"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return line.isBlank() ? 0 : Long.parseLong(line.strip().replaceAll(".*: ", ""));
    }
}
