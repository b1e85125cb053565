package io.meridian.router.ads;

import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.extension.v3.ExtensionConfigDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.listener.v3.ListenerDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.RouteDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.meridian.router.compile.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The RPCs that speak the protocol: the aggregated service and one per type, each in both variants. */
record Methods(
        Optional<ResourceType> only,
        MethodDescriptor<DiscoveryRequest, DiscoveryResponse> world,
        MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta) {
    static final List<Methods> ALL = Stream.concat(
                    Stream.of(new Methods(
                            Optional.empty(),
                            AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod(),
                            AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod())),
                    Stream.of(ResourceType.values()).map(Methods::of))
            .toList();

    /** What opens a stream. */
    interface Opening {
        <Q> ServerCallHandler<Asked<Q>, Encoded> handler(Variant<Q> variant, Optional<ResourceType> only);
    }

    ServerServiceDefinition service(Opening opening) {
        String name = delta.getServiceName();
        return ServerServiceDefinition.builder(name == null ? "" : name)
                .addMethod(ours(Variant.WORLD, world), opening.handler(Variant.WORLD, only))
                .addMethod(ours(Variant.DELTA, delta), opening.handler(Variant.DELTA, only))
                .build();
    }

    private static <Q> MethodDescriptor<Asked<Q>, Encoded> ours(Variant<Q> variant, MethodDescriptor<Q, ?> method) {
        return method.toBuilder(Asked.marshaller(variant.request()), new Encoded.Marshaller())
                .build();
    }

    private static Methods of(ResourceType type) {
        return switch (type) {
            case CLUSTER ->
                of(
                        type,
                        ClusterDiscoveryServiceGrpc.getStreamClustersMethod(),
                        ClusterDiscoveryServiceGrpc.getDeltaClustersMethod());
            case ENDPOINT ->
                of(
                        type,
                        EndpointDiscoveryServiceGrpc.getStreamEndpointsMethod(),
                        EndpointDiscoveryServiceGrpc.getDeltaEndpointsMethod());
            case SECRET ->
                of(
                        type,
                        SecretDiscoveryServiceGrpc.getStreamSecretsMethod(),
                        SecretDiscoveryServiceGrpc.getDeltaSecretsMethod());
            case LISTENER ->
                of(
                        type,
                        ListenerDiscoveryServiceGrpc.getStreamListenersMethod(),
                        ListenerDiscoveryServiceGrpc.getDeltaListenersMethod());
            case ROUTE ->
                of(
                        type,
                        RouteDiscoveryServiceGrpc.getStreamRoutesMethod(),
                        RouteDiscoveryServiceGrpc.getDeltaRoutesMethod());
            case EXTENSION ->
                of(
                        type,
                        ExtensionConfigDiscoveryServiceGrpc.getStreamExtensionConfigsMethod(),
                        ExtensionConfigDiscoveryServiceGrpc.getDeltaExtensionConfigsMethod());
        };
    }

    private static Methods of(
            ResourceType type,
            MethodDescriptor<DiscoveryRequest, DiscoveryResponse> world,
            MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta) {
        return new Methods(Optional.of(type), world, delta);
    }
}
