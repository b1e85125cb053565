package io.meridian.control.feed;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.control.state.Revision;
import io.meridian.control.state.RouterSession;
import io.meridian.topology.RegionId;
import io.meridian.wire.RouterReport;
import io.meridian.wire.RouterView;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One router's stream, from its first message on. Its session is committed before its first view is sent: a router that may route by a view has to
 * be one that barriers wait for.
 */
final class RouterFeed implements StreamObserver<RouterReport> {
    private static final Logger LOG = Logger.getLogger(RouterFeed.class);
    /** Without a quorum no move can pass either, so the router is served all the same. */
    private static final Duration ATTACH_LIMIT = Duration.ofSeconds(2);

    private final FeedNode node;
    private final ServerCallStreamObserver<RouterView> down;
    private @Nullable RouterMemory memory;
    private @Nullable FeedStream<RouterView> stream;

    RouterFeed(FeedNode node, ServerCallStreamObserver<RouterView> down) {
        this.node = node;
        this.down = down;
        down.setOnCancelHandler(this::gone);
        down.setOnReadyHandler(() -> {
            FeedStream<RouterView> present = stream;
            if (present != null) {
                present.wake();
            }
        });
    }

    @Override
    public void onNext(RouterReport report) {
        RouterMemory known = memory;
        FeedStream<RouterView> sending = stream;
        if (known == null || sending == null) {
            begin(report);
            return;
        }
        sending.heard();
        known.hear(report);
        node.proposer().wake();
    }

    private void begin(RouterReport first) {
        if (first.getRegion().isEmpty() || first.getRouter().isEmpty()) {
            down.onError(Status.INVALID_ARGUMENT
                    .withDescription("the first message names region, router and instance")
                    .asRuntimeException());
            return;
        }
        String session = UUID.randomUUID().toString();
        var router = new RouterMemory(first.getRouter(), RegionId.of(first.getRegion()), session, node.name());
        var sending = new FeedStream<>(
                "router " + first.getRouter(),
                node.source(),
                down,
                RouterViews::view,
                node::leaderKnown,
                new Revision(first.getKnownRevision()),
                node.counters());
        router.hear(first);
        memory = router;
        stream = sending;
        node.attached().add(session, router, sending);
        node.proposer().wake();
        LOG.infof(
                "router attached router=%s region=%s instance=%s",
                first.getRouter(), first.getRegion(), first.getInstance());
        Thread.ofVirtual()
                .name("feed-router-" + first.getRouter())
                .start(() -> sending.run(() -> awaitSession(first.getRouter(), session), this::gone));
    }

    private void awaitSession(String router, String session) {
        long deadline = System.nanoTime() + ATTACH_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (node.source().current().routers().get(router) instanceof RouterSession known
                    && known.session().equals(session)) {
                return;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        LOG.warnf("router is served without a session: no quorum router=%s", router);
    }

    @Override
    public void onError(Throwable broken) {
        gone();
    }

    @Override
    public void onCompleted() {
        gone();
        down.onCompleted();
    }

    private void gone() {
        RouterMemory known = memory;
        FeedStream<RouterView> sending = stream;
        if (known != null && sending != null) {
            known.gone();
            sending.close();
            node.proposer().wake();
        }
    }
}
