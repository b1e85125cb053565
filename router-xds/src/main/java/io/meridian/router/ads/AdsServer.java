package io.meridian.router.ads;

import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.meridian.router.compile.Catalogue;
import io.meridian.router.compile.ResourceType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Serves the discovery services, aggregated and by type, delta and state of the world. Every stream gets the newest state, one
 * response per type at a time, and only while its transport takes bytes: nothing is buffered for a slow Envoy. The thread {@code ads}
 * owns all streams; its inbox holds at most one request per stream (requests are pulled one by one) and one publication.
 */
public final class AdsServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AdsServer.class);

    /** Envoys ping every 5 s (bootstrap); gRPC would take that for abuse and hang up. */
    private static final int PING_AT_MOST_EVERY_SECONDS = 1;

    private static final int PING_EVERY_SECONDS = 10;
    private static final int PONG_LIMIT_SECONDS = 20;
    private static final int CLOSE_LIMIT_SECONDS = 2;

    /** Requests are small, but for the first one after a reconnect, which names everything that the Envoy has. */
    private static final int REQUEST_AT_MOST_BYTES = 4 << 20;

    private static final int WINDOW_BYTES = 64 << 10;

    /** An Envoy has one, or one per type; a proxy in between may carry many Envoys. */
    private static final int STREAMS_PER_CONNECTION_AT_MOST = 1_000;

    /** A push to a thousand Envoys changes the ledger a thousand times: it is told as few times as this allows. */
    private static final Duration TELL_AFTER = Duration.ofMillis(5);

    private static final Duration LOOK_FOR_CERTIFICATES_EVERY = Duration.ofSeconds(1);

    private final Optional<AdsTls> tls;
    private final AckLedger ledger;
    private final AdsCounts counts;
    private final Server server;
    private final ExecutorService ads;
    /** Only reminds {@link #ads}: a scheduler's own queue is a heap under a lock, and every reply of every Envoy would go through it. */
    private final ScheduledExecutorService reminder;

    private final AtomicReference<Catalogue> published = new AtomicReference<>();
    private final Map<Long, AdsStream<?>> streams = new LinkedHashMap<>();
    private final Bodies bodies = new Bodies();
    private final Pushes pushes;
    private final AtomicLong streamsSoFar = new AtomicLong();
    private Catalogue newest = Catalogue.NOT_YET;
    private boolean tellDue;

    /** Without TLS: whoever reaches the port is served everything. */
    public AdsServer(String host, int port, AckLedger ledger, AdsCounts counts) {
        this(host, port, Optional.empty(), ledger, counts);
    }

    public AdsServer(String host, int port, Optional<AdsTls> tls, AckLedger ledger, AdsCounts counts) {
        this(host, port, tls, ledger, counts, List.of());
    }

    /**
     * @param port 0: any free one; {@link #open} opens it
     * @param beside what else Envoys are served on this port
     */
    public AdsServer(
            String host,
            int port,
            Optional<AdsTls> tls,
            AckLedger ledger,
            AdsCounts counts,
            List<BindableService> beside) {
        this.tls = tls;
        this.ledger = ledger;
        this.counts = counts;
        this.pushes = new Pushes(counts);
        counts.watch(ledger);
        this.ads = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("ads").daemon().factory());
        this.reminder = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("ads-reminder").daemon().factory());
        ServerCredentials credentials = tls.map(AdsTls::credentials).orElseGet(InsecureServerCredentials::create);
        var opening = new Streams();
        var builder = NettyServerBuilder.forAddress(new InetSocketAddress(host, port), credentials)
                .directExecutor() // our callbacks only hand over to the ads thread
                .permitKeepAliveTime(PING_AT_MOST_EVERY_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(PING_EVERY_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PONG_LIMIT_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(REQUEST_AT_MOST_BYTES)
                .flowControlWindow(WINDOW_BYTES)
                .maxConcurrentCallsPerConnection(STREAMS_PER_CONNECTION_AT_MOST)
                .addServices(Methods.ALL.stream()
                        .map(methods -> methods.service(opening))
                        .toList());
        beside.forEach(builder::addService);
        this.server = builder.build();
    }

    /** What was published before is what the first Envoys get. */
    public void open() throws IOException {
        server.start();
        every(Subscription.RESEND_AFTER.dividedBy(2), this::resend);
        tls.ifPresent(certificates -> every(LOOK_FOR_CERTIFICATES_EVERY, certificates::reload));
        LOG.infof("ADS opened port=%d tls=%b", server.getPort(), tls.isPresent());
    }

    public int port() {
        return server.getPort();
    }

    /** Everyone should have their part of {@code catalogue} now. Returns at once; of several in a row only the last may be sent. */
    public void publish(Catalogue catalogue) {
        if (published.getAndSet(catalogue) == null) {
            handOver(() -> {
                Catalogue taken = published.getAndSet(null);
                if (taken != null) {
                    newest = taken.sharing(newest);
                    pushes.begin();
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
        reminder.shutdownNow();
        ads.shutdown();
    }

    private void pump(AdsStream<?> stream) {
        stream.send(newest);
        pushes.awaits(stream.id(), stream.awaitsReply());
        if (!stream.node().isEmpty() && ledger.record(stream.id(), stream.ack(newest))) {
            tellSoon();
        }
    }

    private void pumpIfOpen(AdsStream<?> stream) {
        if (streams.containsKey(stream.id())) {
            pump(stream);
        }
    }

    private boolean leave(AdsStream<?> stream) {
        boolean open = streams.remove(stream.id()) != null;
        if (open) {
            counts.streams(streams.size());
            pushes.awaits(stream.id(), false);
            if (ledger.leave(stream.id(), stream.node())) {
                tellSoon();
            }
            LOG.infof("Envoy left node=%s stream=%d", stream.node(), stream.id());
        }
        return open;
    }

    private void tellSoon() {
        if (!tellDue) {
            tellDue = true;
            remind(TELL_AFTER, () -> {
                tellDue = false;
                ledger.tell();
            });
        }
    }

    private void remind(Duration after, Runnable work) {
        try {
            reminder.schedule(() -> handOver(work), after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("ADS work dropped: closing");
        }
    }

    /** Sends again what was refused once, when its time has come. */
    private void resend() {
        streams.values().stream().filter(stream -> stream.owesResend(newest)).forEach(this::pump);
    }

    private void every(Duration period, Runnable work) {
        reminder.scheduleWithFixedDelay(
                () -> handOver(work), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Opens streams of either variant: gRPC's callbacks hand over, the {@code ads} thread does. */
    private final class Streams implements Methods.Opening {
        @Override
        public <Q> ServerCallHandler<Asked<Q>, Encoded> handler(Variant<Q> variant, Optional<ResourceType> only) {
            return (call, headers) -> switch (admission(call.getAttributes())) {
                case Admission.TurnedAway away -> turnAway(call, away.why());
                case Admission.Admitted admitted ->
                    attach(
                            call,
                            new AdsStream<>(
                                    streamsSoFar.incrementAndGet(), call, variant, only, admitted, bodies, counts));
            };
        }

        private Admission admission(Attributes attributes) {
            return tls.isEmpty() ? Admission.ANYBODY : tls.get().admission(attributes);
        }

        private <Q> ServerCall.Listener<Asked<Q>> turnAway(ServerCall<Asked<Q>, Encoded> call, String why) {
            LOG.warnf("ADS client turned away reason=%s", why);
            call.close(Status.PERMISSION_DENIED.withDescription(why), new Metadata());
            return new ServerCall.Listener<>() {};
        }

        private <Q> ServerCall.Listener<Asked<Q>> attach(ServerCall<Asked<Q>, Encoded> call, AdsStream<Q> stream) {
            handOver(() -> {
                streams.put(stream.id(), stream);
                counts.streams(streams.size());
                stream.open();
            });
            return new ServerCall.Listener<>() {
                @Override
                public void onMessage(Asked<Q> asked) {
                    handOver(() -> taken(stream, asked));
                }

                @Override
                public void onReady() {
                    handOver(() -> pumpIfOpen(stream));
                }

                @Override
                public void onHalfClose() {
                    handOver(() -> {
                        if (leave(stream)) {
                            stream.complete();
                        }
                    });
                }

                @Override
                public void onCancel() {
                    handOver(() -> leave(stream));
                }
            };
        }

        private <Q> void taken(AdsStream<Q> stream, Asked<Q> asked) {
            if (!streams.containsKey(stream.id())) {
                return;
            }
            if (stream.take(asked, newest)) {
                pump(stream);
            } else {
                leave(stream);
            }
        }
    }
}
