package io.meridian.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.meridian.wire.ShardRoute;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are not one piece: slow uploads, gRPC calls, trailers, upgrades; held, refused and across the gateway. */
class StreamingIT {
    private static final int OWN = 20;
    private static final int ACROSS = 800;

    @TempDir
    static Path folder;

    private static TwoRegions world;
    private static ManagedChannel edge;
    private static EchoingZone east3;
    private static EchoingZone west2;

    @BeforeAll
    static void start() throws Exception {
        world = new TwoRegions(folder);
        east3 = new EchoingZone(world.vertx, "east-3");
        west2 = new EchoingZone(world.vertx, "west-2");
        var view = world.topology();
        view.addZones(east3.message()).addZones(west2.message());
        for (ShardRoute.Builder route : view.getRoutesBuilderList()) {
            route.setZone(route.getZone().equals("west-1") ? "west-2" : "east-3");
        }
        world.control.say(view);
        world.awaitAcked(world.control.revision());
        edge = NettyChannelBuilder.forAddress("127.0.0.1", world.east.edgePort())
                .usePlaintext()
                .build();
    }

    @AfterAll
    static void stop() {
        edge.shutdownNow();
        world.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {OWN, ACROSS})
    void aUnaryCallIsAnsweredWithItsTrailers(int shard) {
        byte[] answer = ClientCalls.blockingUnaryCall(
                channel(shard), method(MethodType.UNARY), CallOptions.DEFAULT, bytes("hello"));

        assertThat(text(answer)).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {OWN, ACROSS})
    void bothSidesOfAStreamTalkInTurn(int shard) throws Exception {
        var stream = new Bidirectional(channel(shard));

        for (int turn = 0; turn < 20; turn++) {
            stream.say("message " + turn);
            assertThat(stream.hear()).isEqualTo("message " + turn);
        }
        stream.end();

        assertThat(stream.status()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aStreamMayBeLongerThanWhatEnvoyKeepsForARepeat() throws Exception {
        var stream = new Bidirectional(channel(ACROSS));
        String message = "x".repeat(256 * 1024);

        for (int turn = 0; turn < 24; turn++) { // 6 MiB
            stream.say(message);
            assertThat(stream.hear()).isEqualTo(message);
        }
        stream.end();

        assertThat(stream.status()).isEqualTo(Status.Code.OK);
    }

    /** The route's timeout (15 s) begins when the request is whole. */
    @Test
    void aStreamThatGoesOnForLongerThanTheRoutesTimeoutIsNotEndedByIt() throws Exception {
        var stream = new Bidirectional(channel(OWN));
        long began = System.nanoTime();

        stream.say("early");
        assertThat(stream.hear()).isEqualTo("early");
        Await.until("16 s are over", () -> System.nanoTime() - began > TimeUnit.SECONDS.toNanos(16));
        stream.say("late");
        assertThat(stream.hear()).isEqualTo("late");
        stream.end();

        assertThat(stream.status()).isEqualTo(Status.Code.OK);
    }

    /** Its writes are refused there by the fence; routing has no say in what is open. */
    @Test
    void aStreamThatIsOpenWhenItsShardMovesStaysAndTheNextOneGoesToTheNewOwner() throws Exception {
        int shard = 25;
        var before = new Bidirectional(channel(shard));
        before.say("before");
        assertThat(before.hear()).isEqualTo("before");

        world.freeze(shard);
        world.awaitAcked(world.release(shard, "west-2", 3));
        var after = new Bidirectional(channel(shard));
        after.say("after");
        assertThat(after.hear()).isEqualTo("after");
        before.say("still");

        assertThat(before.hear()).isEqualTo("still");
        assertThat(east3.executed(shard)).isEqualTo(1);
        assertThat(west2.executed(shard)).isEqualTo(1);
        before.end();
        after.end();
        assertThat(before.status()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aHeldStreamGoesOnAtTheNewOwnerWithAllThatWasSentMeanwhile() throws Exception {
        int shard = 21;
        world.freeze(shard);

        var stream = new Bidirectional(channel(shard));
        var unary = CompletableFuture.supplyAsync(() -> ClientCalls.blockingUnaryCall(
                channel(shard), method(MethodType.UNARY), CallOptions.DEFAULT, bytes("unary")));
        for (int turn = 0; turn < 5; turn++) {
            stream.say("held " + turn);
        }
        world.east.awaitWaiting(2);
        world.release(shard, "west-2", 3);

        for (int turn = 0; turn < 5; turn++) {
            assertThat(stream.hear()).isEqualTo("held " + turn);
        }
        stream.say("after");
        assertThat(stream.hear()).isEqualTo("after");
        stream.end();
        assertThat(stream.status()).isEqualTo(Status.Code.OK);
        assertThat(text(unary.get(10, TimeUnit.SECONDS))).isEqualTo("unary");
    }

    @Test
    void aUnaryCallThatIsRefusedAfterItsMessageIsRepeatedUnseen() throws Exception {
        int shard = 22;
        east3.fence(shard);

        var answer = CompletableFuture.supplyAsync(() -> ClientCalls.blockingUnaryCall(
                channel(shard), method(MethodType.UNARY), CallOptions.DEFAULT, bytes("refused")));
        Await.until("refused", () -> east3.refused(shard) > 0);
        world.release(shard, "west-2", 3);

        assertThat(text(answer.get(10, TimeUnit.SECONDS))).isEqualTo("refused");
    }

    /** Envoy repeats only what it has received to its end. Nothing was executed, so the client may repeat it. */
    @Test
    void aStreamThatIsRefusedBeforeItsEndFailsAsUnavailable() throws Exception {
        int shard = 23;
        east3.fenceEarly(shard);

        var stream = new Bidirectional(channel(shard));
        stream.say("first");

        assertThat(stream.status()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(east3.executed(shard)).isZero();
    }

    @Test
    void anUploadSlowerThanItsHoldArrivesWhole() throws Exception {
        int shard = 24;
        world.freeze(shard);
        try (var socket = new Socket("127.0.0.1", world.east.edgePort())) {
            socket.setSoTimeout((int) Await.within(20).toMillis());
            write(
                    socket,
                    "POST /slow HTTP/1.1\r\nhost: x\r\nx-user-key: " + TwoRegions.keyOf(shard)
                            + "\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhold \r\n");
            world.east.awaitWaiting(1);
            write(socket, "5\r\nheld \r\n");
            long received = west2.bytes();
            world.release(shard, "west-2", 3);
            Await.until("what was sent so far is there", () -> west2.bytes() >= received + 10);
            write(socket, "5\r\nafter\r\n0\r\n\r\n");

            assertThat(read(socket, "after")).contains("200 OK").contains("hold ", "held ", "after");
        }
    }

    /** Zones are reached over HTTP/2, where an upgrade needs what hardly any server speaks (RFC 8441). */
    @Test
    void aWebSocketIsRefusedBeforeItReachesAnything() throws Exception {
        var answer = RawHttp.send(
                world.east.edgePort(),
                "GET /socket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                        + "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nx-user-key: "
                        + TwoRegions.keyOf(OWN) + "\r\n\r\n");

        assertThat(answer.status()).isEqualTo(403);
    }

    private static Channel channel(int shard) {
        var headers = new Metadata();
        headers.put(Metadata.Key.of("x-user-key", Metadata.ASCII_STRING_MARSHALLER), TwoRegions.keyOf(shard));
        return ClientInterceptors.intercept(edge, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static MethodDescriptor<byte[], byte[]> method(MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
                .setType(type)
                .setFullMethodName("test.Echo/Say")
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String read(Socket socket, String until) throws IOException {
        var answer = new StringBuilder();
        byte[] buffer = new byte[1024];
        int count;
        while (answer.indexOf(until) < 0 && (count = socket.getInputStream().read(buffer)) > 0) {
            answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
        return answer.toString();
    }

    /** A client's side of a stream in both directions. */
    private static final class Bidirectional implements StreamObserver<byte[]> {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status.Code> over = new CompletableFuture<>();
        private final StreamObserver<byte[]> calling;

        Bidirectional(Channel channel) {
            calling = ClientCalls.asyncBidiStreamingCall(
                    channel.newCall(method(MethodType.BIDI_STREAMING), CallOptions.DEFAULT), this);
        }

        void say(String text) {
            calling.onNext(bytes(text));
        }

        String hear() throws InterruptedException {
            String text = heard.poll(Await.within(20).toSeconds(), TimeUnit.SECONDS);
            return text == null ? "nothing, status " + over.getNow(Status.Code.UNKNOWN) : text;
        }

        void end() {
            calling.onCompleted();
        }

        Status.Code status() throws InterruptedException, ExecutionException {
            return over.orTimeout(Await.within(20).toSeconds(), TimeUnit.SECONDS)
                    .get();
        }

        @Override
        public void onNext(byte[] answer) {
            heard.add(text(answer));
        }

        @Override
        public void onError(Throwable failed) {
            over.complete(((StatusRuntimeException) failed).getStatus().getCode());
        }

        @Override
        public void onCompleted() {
            over.complete(Status.Code.OK);
        }
    }
}
