package io.meridian.router.conformance;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

final class WorldClient extends XdsClient {
    private final MethodDescriptor<?, ?> method;

    WorldClient(ManagedChannel channel, MethodDescriptor<?, ?> method, Map<String, Had> had, boolean reads) {
        super(channel, method, had, reads);
        this.method = method;
    }

    @Override
    XdsClient again(ManagedChannel to) {
        return new WorldClient(to, method, remembered(), reads());
    }

    @Override
    Received read(Message message) {
        var response = (DiscoveryResponse) message;
        var contents = new TreeMap<String, String>();
        try {
            for (Any resource : response.getResourcesList()) {
                Kind.Named named = Wire.kind(response.getTypeUrl()).read(resource);
                contents.put(named.name(), named.content());
            }
        } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalStateException(malformed);
        }
        return new Received(
                response.getTypeUrl(),
                response.getNonce(),
                response.getVersionInfo(),
                contents,
                Collections.emptySortedMap(),
                List.of(),
                contents.size() != response.getResourcesCount());
    }

    @Override
    void ask(Kind kind, String... names) {
        had(kind).names.addAll(List.of(names));
        resume(kind);
    }

    @Override
    void drop(Kind kind, String... names) {
        had(kind).names.removeAll(List.of(names));
        resume(kind);
    }

    @Override
    void resume(Kind kind) {
        send(request(kind.url(), nodeOnce(), had(kind)).build());
    }

    @Override
    void accept(Received response) {
        Had mine = had(Wire.kind(response.typeUrl()));
        mine.version = response.version();
        mine.nonce = response.nonce();
        send(request(response.typeUrl(), nodeOnce(), mine).build());
    }

    @Override
    void refuse(Received response) {
        Had mine = had(Wire.kind(response.typeUrl()));
        mine.nonce = response.nonce();
        send(request(response.typeUrl(), nodeOnce(), mine)
                .setErrorDetail(Wire.REFUSAL)
                .build());
    }

    @Override
    void askWithNonce(Kind kind, String nonce, String... names) {
        send(request(kind.url(), nodeOnce(), had(kind))
                .setResponseNonce(nonce)
                .addAllResourceNames(List.of(names))
                .build());
    }

    @Override
    void askRaw(String typeUrl, String node) {
        send(request(typeUrl, node, new Had()).build());
    }

    private static DiscoveryRequest.Builder request(String typeUrl, String node, Had had) {
        var request = DiscoveryRequest.newBuilder()
                .setTypeUrl(typeUrl)
                .setVersionInfo(had.version)
                .setResponseNonce(had.nonce)
                .addAllResourceNames(had.names);
        if (!node.isEmpty()) {
            request.setNode(Wire.node(node));
        }
        return request;
    }
}
