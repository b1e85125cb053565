package io.meridian.router.ads;

import com.google.protobuf.Parser;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.meridian.router.compile.EnvoyResource;
import io.meridian.router.compile.ResourceType;
import java.util.function.Function;

/**
 * What sets the variants of the protocol apart.
 *
 * @param <Q> its requests
 * @param body the response without its nonce: the part that streams in the same state have in common
 * @param tail the nonce alone: appended to the body it makes the response, as protobuf merges what is concatenated
 */
record Variant<Q>(
        Parser<Q> request,
        Function<Q, Node> node,
        Function<Q, String> typeUrl,
        Function<Q, String> nonce,
        Function<ResourceType, Subscription<Q>> subscription,
        Function<Response.Content, byte[]> body,
        Function<String, byte[]> tail) {
    static final Variant<DeltaDiscoveryRequest> DELTA = new Variant<>(
            DeltaDiscoveryRequest.parser(),
            DeltaDiscoveryRequest::getNode,
            DeltaDiscoveryRequest::getTypeUrl,
            DeltaDiscoveryRequest::getResponseNonce,
            DeltaSubscription::new,
            Variant::delta,
            nonce -> DeltaDiscoveryResponse.newBuilder().setNonce(nonce).build().toByteArray());

    static final Variant<DiscoveryRequest> WORLD = new Variant<>(
            DiscoveryRequest.parser(),
            DiscoveryRequest::getNode,
            DiscoveryRequest::getTypeUrl,
            DiscoveryRequest::getResponseNonce,
            WorldSubscription::new,
            Variant::world,
            nonce -> DiscoveryResponse.newBuilder().setNonce(nonce).build().toByteArray());

    private static byte[] delta(Response.Content content) {
        return DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(content.type().url())
                .setSystemVersionInfo(content.version())
                .addAllResources(
                        content.resources().stream().map(EnvoyResource::wire).toList())
                .addAllRemovedResources(content.removed())
                .build()
                .toByteArray();
    }

    private static byte[] world(Response.Content content) {
        return DiscoveryResponse.newBuilder()
                .setTypeUrl(content.type().url())
                .setVersionInfo(content.version())
                .addAllResources(content.resources().stream()
                        .map(resource -> resource.wire().getResource())
                        .toList())
                .build()
                .toByteArray();
    }
}
