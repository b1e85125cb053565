package io.meridian.router.ads;

import com.google.protobuf.Parser;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.EnvoyResources;
import io.meridian.router.compile.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Resources and requests for tests of the protocol: {@code name=content}. */
final class Resources {
    static final String CDS = ResourceType.CLUSTER.url();
    static final String EDS = ResourceType.ENDPOINT.url();
    static final String RDS = ResourceType.ROUTE.url();

    private Resources() {}

    static EnvoyResources at(long revision, List<String> clusters, List<String> routes) {
        return EnvoyResources.of(
                revision,
                Map.of(
                        ResourceType.CLUSTER,
                        clusters.stream().map(Resources::cluster).toList(),
                        ResourceType.ROUTE,
                        routes.stream().map(Resources::route).toList()));
    }

    static EnvoyResources at(long revision, List<String> clusters, List<String> endpoints, List<String> routes) {
        return EnvoyResources.of(
                revision,
                Map.of(
                        ResourceType.CLUSTER,
                        clusters.stream().map(Resources::cluster).toList(),
                        ResourceType.ENDPOINT,
                        endpoints.stream().map(Resources::endpoint).toList(),
                        ResourceType.ROUTE,
                        routes.stream().map(Resources::route).toList()));
    }

    static EnvoyResource endpoint(String nameAndContent) {
        String[] parts = nameAndContent.split("=", -1);
        var assignment = ClusterLoadAssignment.newBuilder().setClusterName(parts[0]);
        assignment.getPolicyBuilder().getOverprovisioningFactorBuilder().setValue(Integer.parseInt(parts[1]));
        return EnvoyResource.of(ResourceType.ENDPOINT, parts[0], assignment.build());
    }

    static EnvoyResource cluster(String nameAndContent) {
        String[] parts = nameAndContent.split("=", -1);
        return EnvoyResource.of(
                ResourceType.CLUSTER,
                parts[0],
                Cluster.newBuilder().setName(parts[0]).setAltStatName(parts[1]).build());
    }

    static EnvoyResource route(String nameAndContent) {
        String[] parts = nameAndContent.split("=", -1);
        return EnvoyResource.of(
                ResourceType.ROUTE,
                parts[0],
                RouteConfiguration.newBuilder()
                        .setName(parts[0])
                        .addInternalOnlyHeaders(parts[1])
                        .build());
    }

    static DeltaDiscoveryRequest.Builder request(String type) {
        var request = DeltaDiscoveryRequest.newBuilder().setTypeUrl(type);
        request.getNodeBuilder().setId("east-edge-1");
        return request;
    }

    static DeltaDiscoveryRequest accept(DeltaDiscoveryResponse response) {
        return request(response.getTypeUrl())
                .setResponseNonce(response.getNonce())
                .build();
    }

    static DeltaDiscoveryRequest refuse(DeltaDiscoveryResponse response, String why) {
        var request = request(response.getTypeUrl()).setResponseNonce(response.getNonce());
        request.getErrorDetailBuilder().setCode(3).setMessage(why);
        return request.build();
    }

    /** What the ledger says of a node with this stream only. */
    static EnvoyAck ack(XdsStream<?> stream, EnvoyResources newest) {
        var ledger = new AckLedger(_ -> {});
        ledger.record(1, stream.ack(newest));
        ledger.tell();
        return ledger.entries().getFirst();
    }

    static DeltaDiscoveryResponse delta(Response response) {
        return parsed(Variant.DELTA, response, DeltaDiscoveryResponse.parser());
    }

    static DiscoveryResponse world(Response response) {
        return parsed(Variant.WORLD, response, DiscoveryResponse.parser());
    }

    /** As it would arrive. */
    private static <R> R parsed(Variant<?> variant, Response response, Parser<R> parser) {
        var encoded = new Encoded(
                variant.body().apply(response.content()), variant.tail().apply(response.nonce()));
        try (var stream = new Encoded.Marshaller().stream(encoded)) {
            return parser.parseFrom(stream);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** {@code +name} for resources, {@code -name} for removals. */
    static List<String> content(DeltaDiscoveryResponse response) {
        return Stream.concat(
                        response.getResourcesList().stream()
                                .map(Resource::getName)
                                .map(name -> "+" + name),
                        response.getRemovedResourcesList().stream().map(name -> "-" + name))
                .toList();
    }
}
