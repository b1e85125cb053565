package io.meridian.router.conformance;

import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.stream.Stream;

/** What both variants put into their messages. */
final class Wire {
    private static final int INVALID_ARGUMENT = 3;

    static final Status REFUSAL = Status.newBuilder()
            .setCode(INVALID_ARGUMENT)
            .setMessage("refused by the rule")
            .build();

    private Wire() {}

    static Kind kind(String typeUrl) {
        return Stream.of(Kind.values())
                .filter(kind -> kind.url().equals(typeUrl))
                .findFirst()
                .orElseThrow(() -> new RuleBrokenException("sent a type that nobody asked for: " + typeUrl));
    }

    static Node node(String id) {
        return Node.newBuilder().setId(id).setCluster("conformance").build();
    }

    static ManagedChannel channel(String host, int port) {
        return NettyChannelBuilder.forAddress(host, port)
                .usePlaintext()
                .directExecutor()
                .build();
    }
}
