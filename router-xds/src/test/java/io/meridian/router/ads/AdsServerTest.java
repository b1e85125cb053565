package io.meridian.router.ads;

import static io.meridian.router.ads.Resources.CDS;
import static io.meridian.router.ads.Resources.RDS;
import static io.meridian.router.ads.Resources.accept;
import static io.meridian.router.ads.Resources.at;
import static io.meridian.router.ads.Resources.content;
import static io.meridian.router.ads.Resources.refuse;
import static io.meridian.router.ads.Resources.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.router.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
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
        server.publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=bad")));
        var envoy = new Client();
        envoy.subscribe();
        envoy.say(accept(envoy.next()));

        envoy.say(refuse(envoy.next(), "no such field"));
        Await.until(
                "the refusal is in the ledger",
                () -> ledger.entries().equals(List.of(new EnvoyAck("east-edge-1", 0, "meridian-edge: no such field"))));
        envoy.say(refuse(envoy.next(), "no such field")); // the one resend
        assertThat(envoy.responses.poll(2, TimeUnit.SECONDS)).isNull();

        server.publish(at(8, List.of("zone-a=1"), List.of("meridian-edge=good")));
        envoy.say(accept(envoy.next()));
        Await.until("accepted", () -> ledger.entries().equals(List.of(new EnvoyAck("east-edge-1", 8, ""))));
    }

    @Test
    void envoysThatWaitGetTheFirstStateAsSoonAsThereIsOne() throws InterruptedException {
        var envoy = new Client();
        envoy.subscribe();
        Await.until("attached", () -> ledger.entries().size() == 1);

        server.publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=1")));

        assertThat(content(envoy.next())).containsExactly("+zone-a");
    }

    @Test
    void envoyThatLeavesLeavesTheLedger() throws InterruptedException {
        server.publish(at(7, List.of("zone-a=1"), List.of("meridian-edge=1")));
        var envoy = new Client();
        envoy.subscribe();
        envoy.say(accept(envoy.next()));
        Await.until("attached", () -> ledger.entries().size() == 1);

        envoy.requests.onError(Status.CANCELLED.asRuntimeException());

        Await.until("left", () -> ledger.entries().isEmpty());
    }

    @Test
    void anEnvoyThatTakesNothingDoesNotSlowTheOthersAndGetsOnlyTheNewest() throws InterruptedException {
        server.publish(at(1, List.of("zone-a=1"), List.of("meridian-edge=1")));
        var silent = new Client();
        silent.subscribe();
        var lively = new Client();
        lively.subscribe();
        DeltaDiscoveryResponse unanswered = silent.next();
        lively.say(accept(lively.next()));
        lively.say(accept(lively.next()));

        for (int revision = 2; revision <= 50; revision++) {
            server.publish(at(revision, List.of("zone-a=" + revision), List.of("meridian-edge=1")));
            lively.say(accept(lively.next()));
        }

        assertThat(silent.responses).isEmpty();
        silent.say(accept(unanswered));
        assertThat(silent.next().getResources(0).getVersion())
                .isEqualTo(Resources.cluster("zone-a=50").version());
    }

    @Test
    void stateOfTheWorldIsAnsweredWithWhatToDoInstead() {
        var end = new CompletableFuture<Status>();

        AggregatedDiscoveryServiceGrpc.newStub(channel)
                .streamAggregatedResources(new Ending<DiscoveryResponse>(end))
                .onNext(DiscoveryRequest.getDefaultInstance());

        assertThat(end.orTimeout(10, TimeUnit.SECONDS).join())
                .satisfies(status -> assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED))
                .satisfies(status -> assertThat(status.getDescription()).contains("DELTA_GRPC"));
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
    void closingCompletesTheStreams() {
        var envoy = new Client();
        envoy.subscribe();
        Await.until("attached", () -> ledger.entries().size() == 1);

        server.close();

        assertThat(envoy.end.orTimeout(10, TimeUnit.SECONDS).join().getCode()).isEqualTo(Status.Code.OK);
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
