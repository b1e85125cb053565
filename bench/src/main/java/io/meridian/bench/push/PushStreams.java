package io.meridian.bench.push;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many streams to one server, on few connections. Of a response only nonce and version are read, and the answer goes out on the
 * connection's own thread, so that the time is the server's.
 */
public final class PushStreams implements AutoCloseable {
    private static final String ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    private static final String NAME = "edge";
    private static final int CONNECTIONS = 8;
    private static final int WINDOW_BYTES = 64 << 20;
    private static final int LIMIT_SECONDS = 60;

    private static final int VERSION_FIELD = 1;
    private static final int RESOURCE_FIELD = 2;
    private static final int NONCE_FIELD = 5;
    private static final int BUFFER_BYTES = 256;

    private final Variant variant;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<ClientCall<byte[], Reply>> calls = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong responses = new AtomicLong();
    private volatile CountDownLatch awaited;
    private volatile Set<String> ignored = Set.of();
    private volatile String failure = "";
    private volatile Reply last = Reply.NONE;

    /** Of the protocol. */
    public enum Variant {
        DELTA,
        WORLD
    }

    /**
     * What the streams had when they ended: they may go on at a replica.
     *
     * @param resource version of the route, delta; empty: they had nothing
     * @param response version of the response
     */
    public record Had(String resource, String response) {
        public static final Had NOTHING = new Had("", "");
    }

    public PushStreams(Variant variant, int port, int count, Had had) {
        this.variant = variant;
        this.awaited = new CountDownLatch(had.resource().isEmpty() ? count : 0);
        for (int i = 0; i < CONNECTIONS; i++) {
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .flowControlWindow(WINDOW_BYTES)
                    .maxInboundMessageSize(WINDOW_BYTES)
                    .build());
        }
        for (int i = 0; i < count; i++) {
            calls.add(attach(channels.get(i % CONNECTIONS), i, had));
        }
    }

    /** A response to each of {@code count} streams is awaited from now on. */
    public void expect(int count) {
        expect(count, Set.of());
    }

    /** The same, but responses of {@code versions} do not count. */
    public void expect(int count, Set<String> versions) {
        ignored = versions;
        awaited = new CountDownLatch(count);
    }

    /** Returns when all that were expected have come and were answered. */
    public void await() throws IOException, InterruptedException {
        if (!awaited.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(
                    awaited.getCount() + " responses did not come within " + LIMIT_SECONDS + " s " + failure);
        }
        if (!failure.isEmpty()) {
            throw new IOException("a stream ended: " + failure);
        }
    }

    public long bytes() {
        return bytes.get();
    }

    public long responses() {
        return responses.get();
    }

    public Had had() {
        return new Had(variant == Variant.WORLD ? last.version() : last.first(), last.version());
    }

    private ClientCall<byte[], Reply> attach(ManagedChannel channel, int number, Had had) {
        MethodDescriptor<?, ?> method = variant == Variant.DELTA
                ? AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod()
                : AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod();
        ClientCall<byte[], Reply> call = channel.newCall(
                MethodDescriptor.<byte[], Reply>newBuilder()
                        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                        .setFullMethodName(method.getFullMethodName())
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Replies())
                        .build(),
                CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(Reply reply) {
                        call.sendMessage(answer(reply));
                        call.request(1);
                        bytes.addAndGet(reply.size());
                        responses.incrementAndGet();
                        last = reply;
                        if (!ignored.contains(reply.version())) {
                            awaited.countDown();
                        }
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        if (status.getCode() != Status.Code.CANCELLED && status.getCode() != Status.Code.UNAVAILABLE) {
                            failure = status.toString();
                        }
                    }
                },
                new Metadata());
        call.sendMessage(first("edge-" + number, had));
        call.request(1);
        return call;
    }

    private byte[] first(String node, Had had) {
        if (variant == Variant.WORLD) {
            var request = DiscoveryRequest.newBuilder()
                    .setTypeUrl(ROUTES)
                    .addResourceNames(NAME)
                    .setVersionInfo(had.response());
            request.getNodeBuilder().setId(node);
            return request.build().toByteArray();
        }
        var request = DeltaDiscoveryRequest.newBuilder().setTypeUrl(ROUTES).addResourceNamesSubscribe(NAME);
        if (!had.resource().isEmpty()) {
            request.putInitialResourceVersions(NAME, had.resource());
        }
        request.getNodeBuilder().setId(node);
        return request.build().toByteArray();
    }

    private byte[] answer(Reply reply) {
        if (variant == Variant.WORLD) {
            return DiscoveryRequest.newBuilder()
                    .setTypeUrl(ROUTES)
                    .addResourceNames(NAME)
                    .setVersionInfo(reply.version())
                    .setResponseNonce(reply.nonce())
                    .build()
                    .toByteArray();
        }
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(ROUTES)
                .setResponseNonce(reply.nonce())
                .build()
                .toByteArray();
    }

    @Override
    public void close() throws InterruptedException {
        calls.forEach(call -> call.cancel("done", null));
        for (ManagedChannel channel : channels) {
            channel.shutdownNow().awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /**
     * Both variants have version and nonce in the same fields. Everything else is skipped in the transport's own buffers: copying 44 MB would
     * be a good part of the time that is measured.
     *
     * @param first text field 1 of the last resource: its version, delta; its type, state of the world
     */
    private record Reply(String version, String nonce, String first, int size) {
        static final Reply NONE = new Reply("", "", "", 0);

        static Reply of(InputStream response) throws IOException {
            int size = response.available();
            String version = "";
            String nonce = "";
            String first = "";
            CodedInputStream input = CodedInputStream.newInstance(response, BUFFER_BYTES);
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case VERSION_FIELD -> version = input.readStringRequireUtf8();
                    case NONCE_FIELD -> nonce = input.readStringRequireUtf8();
                    case RESOURCE_FIELD -> first = first(input);
                    default -> input.skipField(tag);
                }
            }
            return new Reply(version, nonce, first, size);
        }

        private static String first(CodedInputStream input) throws IOException {
            String first = "";
            int outer = input.pushLimit(input.readRawVarint32());
            for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == 1) {
                    first = input.readStringRequireUtf8();
                } else {
                    input.skipField(tag);
                }
            }
            input.popLimit(outer);
            return first;
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new IllegalStateException("only sent");
        }
    }

    private static final class Replies implements MethodDescriptor.Marshaller<Reply> {
        @Override
        public InputStream stream(Reply reply) {
            throw new IllegalStateException("only read");
        }

        @Override
        public Reply parse(InputStream stream) {
            try {
                return Reply.of(stream);
            } catch (IOException malformed) {
                throw new UncheckedIOException(malformed);
            }
        }
    }
}
