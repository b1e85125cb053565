package io.meridian.router.conformance;

import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** java-control-plane's, as its own documentation sets it up: one snapshot for everybody, the publication's number as its version. */
public final class JavaControlPlaneServer implements ServerUnderTest {
    private static final String HOST = "127.0.0.1";
    private static final String EVERYBODY = "everybody";

    private final SimpleCache<String> cache = new SimpleCache<>(_ -> EVERYBODY);
    private final Server server;

    private JavaControlPlaneServer() throws IOException {
        var discovery = new V3DiscoveryServer(cache);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(HOST, 0))
                .addService(discovery.getAggregatedDiscoveryServiceImpl())
                .addService(discovery.getClusterDiscoveryServiceImpl())
                .addService(discovery.getEndpointDiscoveryServiceImpl())
                .addService(discovery.getListenerDiscoveryServiceImpl())
                .addService(discovery.getRouteDiscoveryServiceImpl())
                .addService(discovery.getSecretDiscoveryServiceImpl())
                .build()
                .start();
    }

    public static Provider provider() {
        return new Provider() {
            @Override
            public String name() {
                return "java-control-plane";
            }

            @Override
            public ServerUnderTest start() throws IOException {
                return new JavaControlPlaneServer();
            }
        };
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void publish(Snapshot snapshot) {
        cache.setSnapshot(
                EVERYBODY,
                io.envoyproxy.controlplane.cache.v3.Snapshot.create(
                        all(snapshot, Kind.CLUSTER, Cluster.class),
                        all(snapshot, Kind.ENDPOINT, ClusterLoadAssignment.class),
                        all(snapshot, Kind.LISTENER, Listener.class),
                        all(snapshot, Kind.ROUTE, RouteConfiguration.class),
                        List.of(),
                        Long.toString(snapshot.revision())));
    }

    private static <M> List<M> all(Snapshot snapshot, Kind kind, Class<M> as) {
        return snapshot.of(kind).entrySet().stream()
                .map(each -> as.cast(kind.message(each.getKey(), each.getValue())))
                .toList();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
