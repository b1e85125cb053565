package io.meridian.router;

import io.meridian.router.ads.AckLedger;
import io.meridian.router.ads.AdsCounts;
import io.meridian.router.ads.AdsServer;
import io.meridian.router.ads.AdsTls;
import io.meridian.router.compile.RouteCompiler;
import io.meridian.router.feed.FeedClient;
import io.meridian.router.feed.FeedLease;
import io.meridian.router.feed.FeedSession;
import io.meridian.router.feed.LastView;
import io.meridian.router.feed.Observed;
import io.meridian.router.hold.HoldCounts;
import io.meridian.router.hold.HoldEndpoint;
import io.meridian.router.hold.HoldTruth;
import io.meridian.router.view.RouteMap;
import io.meridian.router.view.Routing;
import io.meridian.router.view.RoutingView;
import io.meridian.router.view.Shares;
import io.meridian.router.weights.LoadReports;
import io.meridian.router.weights.ShareMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * A region's router, put together. A view goes first to the hold endpoint, because a run waits for its answer (barrier a), then to
 * the compiler and Envoy (barrier b), then to the disk; none of them waits for another.
 */
public final class Router implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Router.class);

    /**
     * At a restart, how long the control plane may take before what is on disk is served: the ports stay closed so long, and Envoys
     * ask again. What is on disk may be older than a freeze that a run has already counted on.
     */
    private static final Duration FEED_FIRST = Duration.ofMillis(500);

    private static final long NOTHING_ANSWERED = -1;
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);

    private final RouterSettings settings;
    private final Vertx vertx;
    private final RouteCompiler compiler;
    private final FeedLease lease = new FeedLease(System::nanoTime);
    private final AckLedger ledger;
    private final LoadReports loads;
    private final AdsServer ads;
    private final HoldEndpoint hold;
    private final FeedClient feed;
    private final Newest<Compilable> compiling;
    private final Newest<RoutingView> keeping;
    private final CountDownLatch firstView = new CountDownLatch(1);
    private volatile RoutingView view = RoutingView.NOTHING;
    private volatile long answeredBy = NOTHING_ANSWERED;
    private volatile boolean holdOpen;
    private Optional<RouteMap> map = Optional.empty();
    private Routing mapTried = Routing.NOTHING;
    private Routing mapMade = Routing.NOTHING;

    private Shares shares = Shares.WHOLE;

    private record Compilable(RoutingView view, RouteMap map, Shares shares) {}

    private Router(RouterSettings settings, Vertx vertx, MeterRegistry meters) throws IOException {
        this.settings = settings;
        this.vertx = vertx;
        this.compiler = new RouteCompiler(settings.region(), settings.gatewayTls());
        this.ledger = new AckLedger(_ -> changed());
        var shareMeters = new ShareMeters(meters);
        this.loads = new LoadReports(changed -> {
            shareMeters.show(changed);
            reweigh(changed);
        });
        this.ads = new AdsServer(
                settings.host(), settings.adsPort(), adsTls(settings), ledger, new AdsCounts(meters), List.of(loads));
        this.hold = new HoldEndpoint(
                settings.host(),
                settings.holdPort(),
                settings.holdLimits(),
                lease::lapsed,
                this::answering,
                new HoldCounts(meters));
        this.compiling =
                new Newest<>("compile", next -> ads.publish(compiler.compile(next.view(), next.map(), next.shares())));
        var lastView = new LastView(settings.data());
        this.keeping = new Newest<>("last-view", next -> keep(lastView, next));
        RoutingView last = lastView.read().orElse(RoutingView.NOTHING);
        this.feed = new FeedClient(
                settings.feedServers(),
                new FeedSession.Self(
                        settings.region().name(),
                        settings.name(),
                        UUID.randomUUID().toString()),
                lease,
                last,
                () -> new Observed(
                        holdRevision(), ledger.entries(), ledger.gone().size()),
                next -> {
                    take(next);
                    firstView.countDown();
                });
        this.view = last;
        RouterMeters.register(meters, this);
    }

    private static Optional<AdsTls> adsTls(RouterSettings settings) throws IOException {
        return settings.adsTls().isEmpty()
                ? Optional.empty()
                : Optional.of(AdsTls.of(settings.region(), settings.adsTls().get()));
    }

    /** Returns when both ports are open. */
    public static Router start(RouterSettings settings, Vertx vertx, MeterRegistry meters)
            throws IOException, InterruptedException {
        var router = new Router(settings, vertx, meters);
        try {
            router.open();
            return router;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            router.close();
            throw failed;
        }
    }

    private void open() throws IOException, InterruptedException {
        RoutingView last = view;
        await(vertx.deployVerticle(hold).<Void>mapEmpty().toCompletionStage().toCompletableFuture());
        feed.start();
        if (!firstView.await(FEED_FIRST.toMillis(), TimeUnit.MILLISECONDS) && last.revision() > 0) {
            LOG.warnf("control plane not heard yet, serving the last view revision=%d", last.revision());
            take(last);
        }
        await(hold.open().toCompletionStage().toCompletableFuture());
        holdOpen = true;
        changed();
        ads.open();
    }

    /** Whether something was heard, in this life or an earlier one. */
    public boolean loaded() {
        return holdOpen && answeredBy != NOTHING_ANSWERED;
    }

    public RoutingView view() {
        return view;
    }

    /** Every answer of the hold endpoint is by this revision or a newer one; 0: it does not answer yet. */
    public long holdRevision() {
        return loaded() ? answeredBy : 0;
    }

    public boolean feedLapsed() {
        return lease.lapsed();
    }

    /** The control-plane node that is heard; empty: none. */
    public Optional<String> attachedTo() {
        return feed.attachedTo();
    }

    public AckLedger ledger() {
        return ledger;
    }

    public int adsPort() {
        return ads.port();
    }

    public int holdPort() {
        return hold.port();
    }

    /** The feed first, so that the control plane stops counting on this router; then the streams of Envoys are completed. */
    @Override
    public void close() {
        feed.close();
        loads.close();
        ads.close();
        if (hold.deploymentID() != null) {
            try {
                await(vertx.undeploy(hold.deploymentID()).toCompletionStage().toCompletableFuture());
            } catch (IOException failed) {
                LOG.warn("hold endpoint not closed", failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        compiling.close();
        keeping.close();
        LOG.infof("router closed region=%s router=%s", settings.region(), settings.name());
    }

    private synchronized void take(RoutingView next) {
        RoutingView before = view;
        if (next.revision() < before.revision()) {
            return;
        }
        view = next;
        makeMap(next);
        hold.publish(new HoldTruth(
                next, settings.region(), map.map(RouteMap::version).orElse("")));
        if (mapMade == next.routing()) {
            compile();
        }
        if (next.routing() != before.routing()) {
            keeping.offer(next);
            loads.follow(next.routing().places());
        }
    }

    private synchronized void reweigh(Shares changed) {
        shares = changed;
        if (mapMade == view.routing()) {
            compile();
        }
    }

    private void compile() {
        map.ifPresent(made -> compiling.offer(new Compilable(view, made, shares)));
    }

    private void makeMap(RoutingView next) {
        Routing routing = next.routing();
        if (routing == mapTried || routing.shards() == 0) {
            return;
        }
        mapTried = routing;
        switch (RouteMap.of(routing, settings.region())) {
            case RouteMap.Compilation.Compiled compiled -> {
                map = Optional.of(compiled.map());
                mapMade = routing;
            }
            case RouteMap.Compilation.Refused refused ->
                LOG.errorf(
                        "routes not compiled, Envoys keep the last ones revision=%d reason=%s",
                        next.revision(), refused.why().detail());
        }
    }

    private void answering(long revision) {
        answeredBy = revision;
        changed();
    }

    private void changed() {
        feed.changed();
    }

    private static void keep(LastView lastView, RoutingView view) {
        try {
            lastView.write(view);
        } catch (IOException failed) {
            LOG.errorf(
                    failed,
                    "last view not kept: a restart without a control plane would begin with an older one; free the disk");
        }
    }

    private static void await(CompletableFuture<Void> done) throws IOException, InterruptedException {
        try {
            done.get(OPEN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
        } catch (TimeoutException late) {
            throw new UncheckedIOException(new IOException("not done within " + OPEN_LIMIT, late));
        }
    }
}
