package io.meridian.router.ads;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.router.compile.EnvoyResources;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Serves delta ADS. Every stream gets the newest state, one response per type at a time, and only while its transport takes bytes:
 * nothing is buffered for a slow Envoy. The thread {@code ads} owns all streams; its inbox holds at most one request per stream
 * (requests are pulled one by one) and one publication.
 */
public final class AdsServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AdsServer.class);

    /** Envoys ping every 5 s (bootstrap); gRPC would take that for abuse and hang up. */
    private static final int PING_AT_MOST_EVERY_SECONDS = 1;

    private static final int PING_EVERY_SECONDS = 10;
    private static final int PONG_LIMIT_SECONDS = 20;
    private static final int CLOSE_LIMIT_SECONDS = 2;

    private final AckLedger ledger;
    private final AdsCounts counts;
    private final Server server;
    private final ScheduledExecutorService ads;
    private final AtomicReference<EnvoyResources> published = new AtomicReference<>();
    private final Map<Long, AdsStream> streams = new LinkedHashMap<>();
    private EnvoyResources newest = EnvoyResources.NOT_YET;
    private final AtomicLong streamsSoFar = new AtomicLong();

    /** @param port 0: any free one; {@link #open} opens it */
    public AdsServer(String host, int port, AckLedger ledger, AdsCounts counts) {
        this.ledger = ledger;
        this.counts = counts;
        this.ads = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("ads").daemon().factory());
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                .directExecutor() // our callbacks only hand over to the ads thread
                .permitKeepAliveTime(PING_AT_MOST_EVERY_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(PING_EVERY_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PONG_LIMIT_SECONDS, TimeUnit.SECONDS)
                .addService(new Service())
                .build();
    }

    /** What was published before is what the first Envoys get. */
    public void open() throws IOException {
        server.start();
        long every = DeltaSubscription.RESEND_AFTER.toMillis() / 2;
        ads.scheduleWithFixedDelay(guarded(this::resend), every, every, TimeUnit.MILLISECONDS);
        LOG.infof("ADS opened port=%d", server.getPort());
    }

    public int port() {
        return server.getPort();
    }

    /** Everyone should have {@code resources} now. Returns at once; of several in a row only the last may be sent. */
    public void publish(EnvoyResources resources) {
        if (published.getAndSet(resources) == null) {
            handOver(() -> {
                EnvoyResources taken = published.getAndSet(null);
                if (taken != null) {
                    newest = taken;
                    streams.values().forEach(this::pump);
                }
            });
        }
    }

    /** Completes every stream, so that the Envoys know, and stops listening. */
    @Override
    public void close() {
        server.shutdown();
        handOver(() -> {
            streams.values().forEach(AdsStream::complete);
            streams.clear();
        });
        try {
            if (!server.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        ads.shutdown();
    }

    private void pump(AdsStream stream) {
        stream.send(newest);
        if (!stream.node().isEmpty()) {
            ledger.record(stream.id(), stream.ack(newest));
        }
    }

    private void pumpIfOpen(AdsStream stream) {
        if (streams.containsKey(stream.id())) {
            pump(stream);
        }
    }

    private void leave(AdsStream stream) {
        if (streams.remove(stream.id()) != null) {
            counts.streams(streams.size());
            ledger.leave(stream.id());
            LOG.infof("Envoy left node=%s stream=%d", stream.node(), stream.id());
        }
    }

    /** Sends again what was refused once, when its time has come. */
    private void resend() {
        streams.values().stream().filter(stream -> stream.owesResend(newest)).forEach(this::pump);
    }

    private void handOver(Runnable work) {
        try {
            ads.execute(guarded(work));
        } catch (RejectedExecutionException closing) {
            LOG.debug("ADS work dropped: closing");
        }
    }

    /** One stream's defect must not end the thread that serves the others. */
    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException defect) {
                LOG.error("ADS work failed: a defect, please report it", defect);
            }
        };
    }

    private final class Service extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
        @Override
        public StreamObserver<DiscoveryRequest> streamAggregatedResources(StreamObserver<DiscoveryResponse> responses) {
            responses.onError(Status.UNIMPLEMENTED
                    .withDescription(
                            "state-of-the-world ADS is not served: set api_type: DELTA_GRPC in dynamic_resources.ads_config")
                    .asRuntimeException());
            return new Ignoring<>();
        }

        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                StreamObserver<DeltaDiscoveryResponse> responses) {
            var call = (ServerCallStreamObserver<DeltaDiscoveryResponse>) responses;
            call.disableAutoRequest();
            var stream = new AdsStream(streamsSoFar.incrementAndGet(), call, counts);
            call.setOnReadyHandler(() -> handOver(() -> pumpIfOpen(stream)));
            call.setOnCancelHandler(() -> handOver(() -> leave(stream)));
            handOver(() -> {
                streams.put(stream.id(), stream);
                counts.streams(streams.size());
                call.request(1);
            });
            return new StreamObserver<>() {
                @Override
                public void onNext(DeltaDiscoveryRequest request) {
                    handOver(() -> taken(stream, request));
                }

                @Override
                public void onError(Throwable broken) {
                    handOver(() -> leave(stream));
                }

                @Override
                public void onCompleted() {
                    handOver(() -> {
                        leave(stream);
                        stream.complete();
                    });
                }
            };
        }

        private void taken(AdsStream stream, DeltaDiscoveryRequest request) {
            if (!streams.containsKey(stream.id())) {
                return;
            }
            if (stream.take(request, newest)) {
                pump(stream);
            } else {
                leave(stream);
            }
        }
    }

    /** For a call that was answered before it said anything. */
    private static final class Ignoring<T> implements StreamObserver<T> {
        @Override
        public void onNext(T ignored) {}

        @Override
        public void onError(Throwable ignored) {}

        @Override
        public void onCompleted() {}
    }
}
