package io.meridian.router.conformance;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

final class DeltaClient extends XdsClient {
    private final MethodDescriptor<?, ?> method;

    DeltaClient(ManagedChannel channel, MethodDescriptor<?, ?> method, Map<String, Had> had, boolean reads) {
        super(channel, method, had, reads);
        this.method = method;
    }

    @Override
    XdsClient again(ManagedChannel to) {
        return new DeltaClient(to, method, remembered(), reads());
    }

    @Override
    Received read(Message message) {
        var response = (DeltaDiscoveryResponse) message;
        var contents = new TreeMap<String, String>();
        var versions = new TreeMap<String, String>();
        try {
            for (Resource resource : response.getResourcesList()) {
                contents.put(
                        resource.getName(),
                        Wire.kind(response.getTypeUrl())
                                .read(resource.getResource())
                                .content());
                versions.put(resource.getName(), resource.getVersion());
            }
        } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalStateException(malformed);
        }
        return new Received(
                response.getTypeUrl(),
                response.getNonce(),
                "",
                contents,
                versions,
                response.getRemovedResourcesList().stream().sorted().toList(),
                contents.size() != response.getResourcesCount());
    }

    @Override
    void ask(Kind kind, String... names) {
        had(kind).names.addAll(List.of(names));
        send(request(kind.url(), nodeOnce())
                .addAllResourceNamesSubscribe(List.of(names))
                .build());
    }

    @Override
    void drop(Kind kind, String... names) {
        had(kind).names.removeAll(List.of(names));
        send(request(kind.url(), nodeOnce())
                .addAllResourceNamesUnsubscribe(List.of(names))
                .build());
    }

    @Override
    void resume(Kind kind) {
        send(request(kind.url(), nodeOnce())
                .addAllResourceNamesSubscribe(had(kind).names)
                .putAllInitialResourceVersions(had(kind).versions)
                .build());
    }

    @Override
    void accept(Received response) {
        Had mine = had(Wire.kind(response.typeUrl()));
        mine.versions.putAll(response.versions());
        response.removed().forEach(mine.versions::remove);
        send(request(response.typeUrl(), nodeOnce())
                .setResponseNonce(response.nonce())
                .build());
    }

    @Override
    void refuse(Received response) {
        send(request(response.typeUrl(), nodeOnce())
                .setResponseNonce(response.nonce())
                .setErrorDetail(Wire.REFUSAL)
                .build());
    }

    @Override
    void askWithNonce(Kind kind, String nonce, String... names) {
        send(request(kind.url(), nodeOnce())
                .setResponseNonce(nonce)
                .addAllResourceNamesSubscribe(List.of(names))
                .build());
    }

    @Override
    void askRaw(String typeUrl, String node) {
        send(request(typeUrl, node).build());
    }

    private static DeltaDiscoveryRequest.Builder request(String typeUrl, String node) {
        var request = DeltaDiscoveryRequest.newBuilder().setTypeUrl(typeUrl);
        if (!node.isEmpty()) {
            request.setNode(Wire.node(node));
        }
        return request;
    }
}
