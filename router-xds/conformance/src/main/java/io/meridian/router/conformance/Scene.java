package io.meridian.router.conformance;

import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.listener.v3.ListenerDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.RouteDiscoveryServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** A rule's stage: a server that has just started, and clients of one variant. */
final class Scene implements AutoCloseable {
    private final ServerUnderTest.Provider kind;
    private final Variant variant;
    private final List<ServerUnderTest> servers = new ArrayList<>();
    private final List<XdsClient> clients = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private Snapshot snapshot = Snapshot.NOTHING;

    enum Variant {
        DELTA,
        WORLD
    }

    Scene(ServerUnderTest.Provider kind, Variant variant) throws IOException {
        this.kind = kind;
        this.variant = variant;
        servers.add(kind.start());
    }

    /** Everything of {@code changed} kind is now this; the others stay. */
    void publish(Kind changed, String... resources) throws ServerUnderTest.CannotException {
        publish(snapshot.with(changed, resources));
    }

    Snapshot snapshot() {
        return snapshot;
    }

    void publish(Snapshot next) throws ServerUnderTest.CannotException {
        snapshot = next.at(snapshot.revision() + 1);
        servers.getFirst().publish(snapshot);
    }

    XdsClient client() {
        return client(aggregated(), true);
    }

    XdsClient slowClient() {
        return client(aggregated(), false);
    }

    /** On the type's own service. */
    XdsClient client(Kind only) {
        return client(single(only), true);
    }

    private XdsClient client(MethodDescriptor<?, ?> method, boolean reads) {
        ManagedChannel channel = channel(servers.getFirst());
        XdsClient client = switch (variant) {
            case DELTA -> new DeltaClient(channel, method, new HashMap<>(), reads);
            case WORLD -> new WorldClient(channel, method, new HashMap<>(), reads);
        };
        clients.add(client);
        return client;
    }

    /** The client's stream ends, and a new one begins where it left off. */
    XdsClient reconnected(XdsClient client) {
        client.close();
        return added(client.again(channel(servers.getFirst())));
    }

    /** The same, at another server that serves the same contents, at a revision of its own count. */
    XdsClient reconnectedToReplica(XdsClient client) throws IOException, ServerUnderTest.CannotException {
        client.close();
        ServerUnderTest replica = kind.start();
        servers.add(replica);
        replica.publish(snapshot.at(snapshot.revision() + 1_000));
        return added(client.again(channel(replica)));
    }

    private XdsClient added(XdsClient client) {
        clients.add(client);
        return client;
    }

    private ManagedChannel channel(ServerUnderTest server) {
        ManagedChannel channel = Wire.channel(server.host(), server.port());
        channels.add(channel);
        return channel;
    }

    private MethodDescriptor<?, ?> aggregated() {
        return variant == Variant.DELTA
                ? AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod()
                : AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod();
    }

    private MethodDescriptor<?, ?> single(Kind only) {
        boolean delta = variant == Variant.DELTA;
        return switch (only) {
            case CLUSTER ->
                delta
                        ? ClusterDiscoveryServiceGrpc.getDeltaClustersMethod()
                        : ClusterDiscoveryServiceGrpc.getStreamClustersMethod();
            case ENDPOINT ->
                delta
                        ? EndpointDiscoveryServiceGrpc.getDeltaEndpointsMethod()
                        : EndpointDiscoveryServiceGrpc.getStreamEndpointsMethod();
            case LISTENER ->
                delta
                        ? ListenerDiscoveryServiceGrpc.getDeltaListenersMethod()
                        : ListenerDiscoveryServiceGrpc.getStreamListenersMethod();
            case ROUTE ->
                delta
                        ? RouteDiscoveryServiceGrpc.getDeltaRoutesMethod()
                        : RouteDiscoveryServiceGrpc.getStreamRoutesMethod();
        };
    }

    @Override
    public void close() {
        clients.forEach(XdsClient::close);
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(ServerUnderTest::close);
    }
}
