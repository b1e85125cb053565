package io.meridian.router.feed;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.meridian.router.view.RoutingView;
import io.meridian.router.view.ViewChange;
import io.meridian.wire.EnvoyReport;
import io.meridian.wire.FeedsGrpc;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import io.meridian.wire.mapping.KindMapper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One stream to one control-plane node, from the first report to its end. Messages are pulled one by one. */
public final class FeedSession {
    private static final Logger LOG = Logger.getLogger(FeedSession.class);

    /** A node without a quorum accepts the stream and says nothing for 3 s, while it tries to have the session committed. */
    private static final Duration FIRST_VIEW_LIMIT = Duration.ofSeconds(5);

    /** The wire's rule is at least one message every two seconds from either side. */
    static final Duration REPORT_EVERY = Duration.ofMillis(1500);

    private static final int PING_EVERY_SECONDS = 10;
    private static final int PONG_LIMIT_SECONDS = 20;
    private static final int VIEW_AT_MOST_BYTES = 64 << 20;

    /** One view, one end and a few wakes: more cannot be under way. */
    private static final int INBOX = 8;

    private final String server;
    private final Self self;
    private final FeedLease lease;
    private final Supplier<Observed> observed;
    private final Supplier<RoutingView> held;
    private final BlockingQueue<Event> inbox = new ArrayBlockingQueue<>(INBOX);
    private final AtomicBoolean reportDue = new AtomicBoolean();
    private volatile boolean heard;
    private volatile boolean ended;

    /**
     * Who reports.
     *
     * @param router stable over restarts
     * @param instance new at each start
     */
    public record Self(String region, String router, String instance) {}

    private sealed interface Event {
        record View(RouterView message) implements Event {}

        record End(String reason) implements Event {}

        record Wake() implements Event {}
    }

    FeedSession(String server, Self self, FeedLease lease, Supplier<Observed> observed, Supplier<RoutingView> held) {
        this.server = server;
        this.self = self;
        this.lease = lease;
        this.observed = observed;
        this.held = held;
    }

    String server() {
        return server;
    }

    boolean heard() {
        return heard;
    }

    void reportSoon() {
        if (reportDue.compareAndSet(false, true)) {
            wake();
        }
    }

    void end() {
        ended = true;
        wake();
    }

    /** Runs until the stream ends, falls silent, or {@link #end} is called. @return why it ended */
    String run(Consumer<ViewChange> onChange) throws InterruptedException {
        int colon = server.lastIndexOf(':');
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)))
                .usePlaintext()
                .directExecutor() // callbacks only fill the inbox
                .maxInboundMessageSize(VIEW_AT_MOST_BYTES)
                .keepAliveTime(PING_EVERY_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PONG_LIMIT_SECONDS, TimeUnit.SECONDS)
                .build();
        try {
            var responses = new Responses();
            FeedsGrpc.newStub(channel).router(responses);
            return converse(responses.call(), onChange);
        } finally {
            channel.shutdownNow();
        }
    }

    private String converse(ClientCallStreamObserver<RouterReport> call, Consumer<ViewChange> onChange)
            throws InterruptedException {
        long heardNanos = System.nanoTime();
        long reportedNanos = report(call);
        call.request(1);
        while (!ended) {
            long now = System.nanoTime();
            Duration silence = heard ? lease.silenceLimit() : FIRST_VIEW_LIMIT;
            long silenceLeft = silence.toNanos() - (now - heardNanos);
            if (silenceLeft <= 0) {
                return "silent for " + silence.toMillis() + " ms";
            }
            long reportLeft = REPORT_EVERY.toNanos() - (now - reportedNanos);
            Event event = inbox.poll(Math.max(0, Math.min(silenceLeft, reportLeft)), TimeUnit.NANOSECONDS);
            switch (event) {
                case null -> {}
                case Event.Wake _ -> {}
                case Event.End end -> {
                    return end.reason();
                }
                case Event.View view -> {
                    List<String> unknown = KindMapper.unknown(view.message());
                    if (!unknown.isEmpty()) {
                        // Later messages build on this one: what was held stays, and no run counts on this router.
                        return "says what this version does not know, upgrade the router: "
                                + String.join(", ", unknown);
                    }
                    heardNanos = System.nanoTime();
                    lease.renew(Duration.ofMillis(view.message().getFeedLeaseMillis()));
                    if (!heard) {
                        heard = true;
                        LOG.infof(
                                "feed attached server=%s revision=%d",
                                server, view.message().getRevision());
                    }
                    onChange.accept(ViewMapper.change(view.message()));
                    call.request(1);
                }
            }
            if (reportDue.getAndSet(false) || System.nanoTime() - reportedNanos >= REPORT_EVERY.toNanos()) {
                reportedNanos = report(call);
            }
        }
        call.onCompleted();
        return "closed";
    }

    /** A node that takes no bytes gets no report until it does: then the newest one. */
    private long report(ClientCallStreamObserver<RouterReport> call) {
        if (heard && !call.isReady()) {
            return System.nanoTime();
        }
        Observed now = observed.get();
        var report = RouterReport.newBuilder()
                .setRegion(self.region())
                .setRouter(self.router())
                .setInstance(self.instance())
                .setKnownRevision(held.get().revision())
                .setHoldRevision(now.holdRevision())
                .setHoldCapable(now.holdRevision() > 0)
                .setEnvoysGone(now.envoysGone());
        now.envoys()
                .forEach(ack -> report.addEnvoys(EnvoyReport.newBuilder()
                        .setNode(ack.node())
                        .setSentRevision(ack.sentRevision())
                        .setAckedRevision(ack.acceptedRevision())
                        .setNackDetail(ack.nack())));
        call.onNext(report.build());
        return System.nanoTime();
    }

    private void wake() {
        inbox.offer(new Event.Wake()); // full: it is awake anyway
    }

    private final class Responses implements ClientResponseObserver<RouterReport, RouterView> {
        private @Nullable ClientCallStreamObserver<RouterReport> call;

        ClientCallStreamObserver<RouterReport> call() {
            if (call == null) {
                throw new IllegalStateException("gRPC calls beforeStart before it returns");
            }
            return call;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<RouterReport> starting) {
            starting.disableAutoRequestWithInitial(0);
            starting.setOnReadyHandler(FeedSession.this::reportSoon);
            call = starting;
        }

        @Override
        public void onNext(RouterView message) {
            put(new Event.View(message));
        }

        @Override
        public void onError(Throwable broken) {
            Status status = Status.fromThrowable(broken);
            put(new Event.End(status.getCode() + ": " + status.getDescription()));
        }

        @Override
        public void onCompleted() {
            put(new Event.End("completed by the control plane"));
        }

        private void put(Event event) {
            if (!inbox.offer(event)) {
                ended = true;
            }
        }
    }
}
