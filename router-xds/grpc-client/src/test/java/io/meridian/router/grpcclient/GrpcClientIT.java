package io.meridian.router.grpcclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.meridian.router.ads.AckLedger;
import io.meridian.router.ads.AdsCounts;
import io.meridian.router.ads.AdsServer;
import io.meridian.router.compile.Catalogue;
import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** gRPC's xDS client, written by others from the same specification: it finds its servers through us and follows what changes. */
class GrpcClientIT {
    private static final String TARGET = "greeter";
    private static final MethodDescriptor<String, String> GREET = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("test.Greeter/Greet")
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    private final AckLedger ledger = new AckLedger(_ -> {});

    @Test
    void aGrpcClientFindsItsServersAndFollowsWhatChanges() throws Exception {
        Server one = greeter("one");
        Server two = greeter("two");
        var ads = new AdsServer("127.0.0.1", 0, ledger, new AdsCounts(new SimpleMeterRegistry()));
        ads.open();
        System.setProperty("io.grpc.xds.bootstrapConfig", bootstrap(ads.port()));
        ads.publish(at(1, "app-1", one.getPort()));
        ManagedChannel channel = Grpc.newChannelBuilder("xds:///" + TARGET, InsecureChannelCredentials.create())
                .build();
        try {
            until("served", () -> greeted(channel).equals("one"));
            until("accepted", () -> ledger.barrier(1).equals(new AckLedger.Barrier(1, 1, 0, 0)));

            ads.publish(at(2, "app-1", two.getPort())); // other endpoints
            until("followed the endpoints", () -> greeted(channel).equals("two"));
            ads.publish(at(3, "app-2", one.getPort())); // another cluster, and a route to it
            until("followed the route", () -> greeted(channel).equals("one"));

            until("accepted", () -> ledger.barrier(3).equals(new AckLedger.Barrier(1, 1, 0, 0)));
            assertThat(ledger.entries().getFirst().rejections()).isZero();
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            ads.close();
            one.shutdownNow();
            two.shutdownNow();
        }
    }

    private static String greeted(ManagedChannel channel) {
        try {
            return ClientCalls.blockingUnaryCall(
                    channel, GREET, CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS), "who are you");
        } catch (StatusRuntimeException failed) {
            return failed.getStatus().toString();
        }
    }

    private static Catalogue at(long revision, String cluster, int port) {
        return Catalogue.of(EnvoyResources.of(
                revision,
                Map.of(
                        ResourceType.LISTENER, List.of(resource(ResourceType.LISTENER, TARGET, listener())),
                        ResourceType.ROUTE, List.of(resource(ResourceType.ROUTE, "routes", route(cluster))),
                        ResourceType.CLUSTER, List.of(resource(ResourceType.CLUSTER, cluster, cluster(cluster))),
                        ResourceType.ENDPOINT,
                                List.of(resource(ResourceType.ENDPOINT, cluster, endpoints(cluster, port))))));
    }

    private static EnvoyResource resource(ResourceType type, String name, Message message) {
        return EnvoyResource.of(type, name, message);
    }

    private static Listener listener() {
        var manager = HttpConnectionManager.newBuilder()
                .setStatPrefix(TARGET)
                .setRds(Rds.newBuilder().setRouteConfigName("routes").setConfigSource(ads()))
                .addHttpFilters(HttpFilter.newBuilder()
                        .setName("envoy.filters.http.router")
                        .setTypedConfig(Any.pack(Router.getDefaultInstance())));
        return Listener.newBuilder()
                .setName(TARGET)
                .setApiListener(ApiListener.newBuilder().setApiListener(Any.pack(manager.build())))
                .build();
    }

    private static RouteConfiguration route(String cluster) {
        var routes = RouteConfiguration.newBuilder().setName("routes");
        var route =
                routes.addVirtualHostsBuilder().setName("all").addDomains("*").addRoutesBuilder();
        route.getMatchBuilder().setPrefix("");
        route.getRouteBuilder().setCluster(cluster);
        return routes.build();
    }

    private static Cluster cluster(String name) {
        var cluster = Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN);
        cluster.getEdsClusterConfigBuilder().setEdsConfig(ads());
        return cluster.build();
    }

    private static ClusterLoadAssignment endpoints(String cluster, int port) {
        var assignment = ClusterLoadAssignment.newBuilder().setClusterName(cluster);
        var locality = assignment
                .addEndpointsBuilder()
                .setLocality(Locality.newBuilder().setRegion("east"))
                .setLoadBalancingWeight(UInt32Value.of(1));
        locality.addLbEndpointsBuilder()
                .getEndpointBuilder()
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress("127.0.0.1")
                .setPortValue(port);
        return assignment.build();
    }

    private static ConfigSource ads() {
        return ConfigSource.newBuilder()
                .setResourceApiVersion(ApiVersion.V3)
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .build();
    }

    private static String bootstrap(int port) {
        return """
                {"xds_servers": [{"server_uri": "127.0.0.1:%d", "channel_creds": [{"type": "insecure"}],
                                  "server_features": ["xds_v3"]}],
                 "node": {"id": "grpc-client-1", "cluster": "test"}}
                """.formatted(port);
    }

    private static Server greeter(String name) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(ServerServiceDefinition.builder("test.Greeter")
                        .addMethod(GREET, ServerCalls.asyncUnaryCall((request, response) -> {
                            response.onNext(name);
                            response.onCompleted();
                        }))
                        .build())
                .build()
                .start();
    }

    private static void until(String what, BooleanSupplier condition) {
        int slow = Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));
        long end = System.nanoTime() + Duration.ofSeconds(20L * slow).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 20 s: " + what);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
