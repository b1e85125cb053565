package io.meridian.router.ads;

import static io.meridian.router.ads.Resources.CDS;
import static io.meridian.router.ads.Resources.RDS;
import static io.meridian.router.ads.Resources.accept;
import static io.meridian.router.ads.Resources.at;
import static io.meridian.router.ads.Resources.content;
import static io.meridian.router.ads.Resources.refuse;
import static io.meridian.router.ads.Resources.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.route.v3.RouteDiscoveryServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.meridian.router.Await;
import io.meridian.router.compile.Catalogue;
import io.meridian.router.compile.EnvoyResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server on a real port, with clients that behave as the test wants. */
class AdsServerTest {
    private final AckLedger ledger = new AckLedger(_ -> {});
    private final AdsServer server = new AdsServer("127.0.0.1", 0, ledger, new AdsCounts(new SimpleMeterRegistry()));
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        server.open();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.close();
    }

    @Test
    void envoyThatRefusesIsWrittenDownAndKeepsItsPlaceUntilItAcceptsSomething() throws InterruptedException {
        publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=bad")));
        var envoy = new Client();
        envoy.subscribe();
        envoy.say(accept(envoy.next()));

        envoy.say(refuse(envoy.next(), "no such field"));
        Await.until(
                "the refusal is in the ledger",
                () -> ledger.entries()
                        .equals(List.of(new EnvoyAck("east-edge-1", 7, 0, "meridian-edge: no such field", 1))));
        envoy.say(refuse(envoy.next(), "no such field")); // the one resend
        assertThat(envoy.responses.poll(2, TimeUnit.SECONDS)).isNull();

        publish(at(8, List.of("zone-a=1"), List.of("meridian-edge=good")));
        envoy.say(accept(envoy.next()));
        Await.until("accepted", () -> ledger.entries().equals(List.of(new EnvoyAck("east-edge-1", 8, 8, "", 2))));
    }

    @Test
    void envoysThatWaitGetTheFirstStateAsSoonAsThereIsOne() throws InterruptedException {
        var envoy = new Client();
        envoy.subscribe();
        Await.until("attached", () -> ledger.entries().size() == 1);

        publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=1")));

        assertThat(content(envoy.next())).containsExactly("+zone-a");
    }

    @Test
    void envoyThatLeavesLeavesTheLedger() throws InterruptedException {
        publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=1")));
        var envoy = new Client();
        envoy.subscribe();
        envoy.say(accept(envoy.next()));
        Await.until("attached", () -> ledger.entries().size() == 1);

        envoy.requests.onError(Status.CANCELLED.asRuntimeException());

        Await.until("left", () -> ledger.entries().isEmpty());
    }

    @Test
    void anEnvoyThatTakesNothingDoesNotSlowTheOthersAndGetsOnlyTheNewest() throws InterruptedException {
        publish(at(1, List.of("zone-a=1"), List.of("meridian-edge=1")));
        var silent = new Client();
        silent.subscribe();
        var lively = new Client();
        lively.subscribe();
        DeltaDiscoveryResponse unanswered = silent.next();
        lively.say(accept(lively.next()));
        lively.say(accept(lively.next()));

        for (int revision = 2; revision <= 50; revision++) {
            publish(at(revision, List.of("zone-a=" + revision), List.of("meridian-edge=1")));
            lively.say(accept(lively.next()));
        }

        assertThat(silent.responses).isEmpty();
        silent.say(accept(unanswered));
        assertThat(silent.next().getResources(0).getVersion())
                .isEqualTo(Resources.cluster("zone-a=50").version());
    }

    @Test
    void typeThatIsNotServedEndsTheStreamWithAReason() {
        var envoy = new Client();

        envoy.say(request("type.googleapis.com/x.Y").build());

        assertThat(envoy.end.orTimeout(10, TimeUnit.SECONDS).join())
                .satisfies(status -> assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
                .satisfies(status -> assertThat(status.getDescription()).contains("x.Y"));
        assertThat(ledger.entries()).isEmpty();
    }

    @Test
    void stateOfTheWorldIsServedToo() throws InterruptedException {
        publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=1")));
        var envoy = new WorldClient(AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod());

        envoy.say(CDS, "", "");
        envoy.say(RDS, "", "", "meridian-edge");
        DiscoveryResponse clusters = envoy.next();
        assertThat(clusters.getResourcesList())
                .containsExactly(Resources.cluster("zone-a=1").wire().getResource());
        envoy.say(CDS, clusters.getVersionInfo(), clusters.getNonce());
        DiscoveryResponse routes = envoy.next();
        envoy.say(RDS, routes.getVersionInfo(), routes.getNonce(), "meridian-edge");

        Await.until("accepted", () -> ledger.entries().equals(List.of(new EnvoyAck("east-edge-1", 7, 7, "", 0))));
    }

    @Test
    void aStreamOfOneTypeNeedNotNameItAndMayNotAskForAnother() throws InterruptedException {
        publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=1")));
        var envoy = new WorldClient(ClusterDiscoveryServiceGrpc.getStreamClustersMethod());

        envoy.say("", "", "");
        assertThat(envoy.next().getTypeUrl()).isEqualTo(CDS);
        envoy.say(RDS, "", "", "meridian-edge");

        Status end = envoy.end.orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription()).contains(RDS, "served are " + CDS);
    }

    @Test
    void streamsOfOneTypeEachAreOneEnvoyInTheLedger() throws InterruptedException {
        publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=1")));
        var clusters = new WorldClient(ClusterDiscoveryServiceGrpc.getStreamClustersMethod());
        var routes = new WorldClient(RouteDiscoveryServiceGrpc.getStreamRoutesMethod());

        clusters.say(CDS, "", "");
        DiscoveryResponse first = clusters.next();
        clusters.say(CDS, first.getVersionInfo(), first.getNonce());
        routes.say(RDS, "", "", "meridian-edge");
        DiscoveryResponse second = routes.next();
        Await.until("attached", () -> ledger.barrier(7).equals(new AckLedger.Barrier(1, 0, 0, 0)));
        routes.say(RDS, second.getVersionInfo(), second.getNonce(), "meridian-edge");

        Await.until("acked", () -> ledger.barrier(7).equals(new AckLedger.Barrier(1, 1, 0, 0)));
    }

    @Test
    void bytesThatAreNoRequestEndTheStreamWithAReason() {
        var method = AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod();
        var bytes = method.toBuilder(BYTES, method.getResponseMarshaller()).build();
        var end = new CompletableFuture<Status>();
        StreamObserver<byte[]> requests =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(bytes, CallOptions.DEFAULT), new Ending<>(end));

        requests.onNext(new byte[] {10, 127, 1});

        assertThat(end.orTimeout(10, TimeUnit.SECONDS).join())
                .satisfies(status -> assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
                .satisfies(status -> assertThat(status.getDescription()).startsWith("no discovery request: "));
    }

    @Test
    void aRequestThatIsTooBigEndsTheStreamAndNotTheServer() throws InterruptedException {
        publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=1")));
        var greedy = new Client();
        greedy.say(request(CDS).addResourceNamesSubscribe("x".repeat(5 << 20)).build());
        assertThat(greedy.end.orTimeout(10, TimeUnit.SECONDS).join().getCode())
                .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);

        var envoy = new Client();
        envoy.subscribe();

        assertThat(content(envoy.next())).containsExactly("+zone-a");
    }

    /** It takes nothing off its connection: the first state fills the windows, and what comes meanwhile is never queued. */
    @Test
    void aClientThatDoesNotReadGetsTheNewestStateWhenItDoes() throws InterruptedException {
        publish(big(1));
        var slow = new SlowClient();
        Await.until("sent", slow::attached);
        for (int revision = 2; revision <= 100; revision++) {
            publish(big(revision));
        }
        var lively = new Client();
        lively.say(request(RDS).addResourceNamesSubscribe("meridian-edge").build());
        assertThat(lively.next().getSystemVersionInfo()).isEqualTo("100");

        assertThat(slow.next().getSystemVersionInfo()).isEqualTo("1");
        assertThat(slow.next().getSystemVersionInfo()).isEqualTo("100");
    }

    @Test
    void closingCompletesTheStreams() {
        var envoy = new Client();
        envoy.subscribe();
        Await.until("attached", () -> ledger.entries().size() == 1);

        server.close();

        assertThat(envoy.end.orTimeout(10, TimeUnit.SECONDS).join().getCode()).isEqualTo(Status.Code.OK);
    }

    private void publish(EnvoyResources resources) {
        server.publish(Catalogue.of(resources));
    }

    private final class Client {
        private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final StreamObserver<DeltaDiscoveryRequest> requests = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .deltaAggregatedResources(new Ending<>(end) {
                    @Override
                    public void onNext(DeltaDiscoveryResponse response) {
                        responses.add(response);
                    }
                });

        void subscribe() {
            say(request(CDS).build());
            say(request(RDS).addResourceNamesSubscribe("meridian-edge").build());
        }

        void say(DeltaDiscoveryRequest request) {
            requests.onNext(request);
        }

        DeltaDiscoveryResponse next() throws InterruptedException {
            DeltaDiscoveryResponse response = responses.poll(Await.within(20).toMillis(), TimeUnit.MILLISECONDS);
            assertThat(response).isNotNull();
            return response;
        }
    }

    /** More than windows and buffers take. */
    private static EnvoyResources big(int revision) {
        return at(revision, List.of(), List.of("meridian-edge=" + revision + "x".repeat(2 << 20)));
    }

    /** Takes one message at a time, and only when the test asks for it. */
    private final class SlowClient {
        private final BlockingQueue<DeltaDiscoveryResponse> responses = new LinkedBlockingQueue<>();
        private final ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call = channel.newCall(
                AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod(), CallOptions.DEFAULT);

        SlowClient() {
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(DeltaDiscoveryResponse response) {
                            responses.add(response);
                        }
                    },
                    new Metadata());
            call.sendMessage(
                    request(RDS).addResourceNamesSubscribe("meridian-edge").build());
        }

        boolean attached() {
            return ledger.entries().stream().anyMatch(envoy -> envoy.sentRevision() == 1);
        }

        /** Reads a response and accepts it. */
        DeltaDiscoveryResponse next() throws InterruptedException {
            call.request(1);
            DeltaDiscoveryResponse response = responses.poll(Await.within(20).toMillis(), TimeUnit.MILLISECONDS);
            assertThat(response).isNotNull();
            call.sendMessage(accept(response));
            return response;
        }
    }

    private final class WorldClient {
        private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final StreamObserver<DiscoveryRequest> requests;

        WorldClient(MethodDescriptor<DiscoveryRequest, DiscoveryResponse> method) {
            requests =
                    ClientCalls.asyncBidiStreamingCall(channel.newCall(method, CallOptions.DEFAULT), new Ending<>(end) {
                        @Override
                        public void onNext(DiscoveryResponse response) {
                            responses.add(response);
                        }
                    });
        }

        void say(String type, String version, String nonce, String... names) {
            var request = DiscoveryRequest.newBuilder()
                    .setTypeUrl(type)
                    .setVersionInfo(version)
                    .setResponseNonce(nonce)
                    .addAllResourceNames(List.of(names));
            request.getNodeBuilder().setId("east-edge-1");
            requests.onNext(request.build());
        }

        DiscoveryResponse next() throws InterruptedException {
            DiscoveryResponse response = responses.poll(Await.within(20).toMillis(), TimeUnit.MILLISECONDS);
            assertThat(response).isNotNull();
            return response;
        }
    }

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new AssertionError("only sent");
        }
    };

    private static class Ending<T> implements StreamObserver<T> {
        private final CompletableFuture<Status> end;

        Ending(CompletableFuture<Status> end) {
            this.end = end;
        }

        @Override
        public void onNext(T response) {}

        @Override
        public void onError(Throwable broken) {
            end.complete(Status.fromThrowable(broken));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
