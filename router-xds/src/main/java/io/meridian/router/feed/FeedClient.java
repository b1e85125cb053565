package io.meridian.router.feed;

import io.meridian.router.view.RoutingView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Keeps one stream to the control plane: the own region's node first, then the others in turn, with a bounded back-off. The thread
 * {@code feed} owns the view and everything here.
 */
public final class FeedClient implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FeedClient.class);
    private static final Duration BACK_OFF_FIRST = Duration.ofMillis(100);
    private static final Duration BACK_OFF_LAST = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final List<String> servers;
    private final FeedSession.Self self;
    private final FeedLease lease;
    private final Supplier<Observed> observed;
    private final Consumer<RoutingView> onView;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private RoutingView view;
    private volatile Optional<FeedSession> session = Optional.empty();

    /**
     * @param servers host:port of control-plane nodes, the preferred one first
     * @param last what is known already, so that an older message is recognised as such
     * @param observed asked whenever a report is sent
     * @param onView told every message's outcome, on the feed thread
     */
    public FeedClient(
            List<String> servers,
            FeedSession.Self self,
            FeedLease lease,
            RoutingView last,
            Supplier<Observed> observed,
            Consumer<RoutingView> onView) {
        this.servers = List.copyOf(servers);
        this.self = self;
        this.lease = lease;
        this.view = last;
        this.observed = observed;
        this.onView = onView;
        this.thread = Thread.ofPlatform().name("feed").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Something of what is observed has changed: it is reported at once. Any thread. */
    public void changed() {
        session.ifPresent(FeedSession::reportSoon);
    }

    /** The node that is attached to; empty: none has been heard yet. */
    public Optional<String> attachedTo() {
        return session.filter(FeedSession::heard).map(FeedSession::server);
    }

    @Override
    public void close() {
        closing.countDown();
        session.ifPresent(FeedSession::end);
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Round the nodes: one that ended the stream, because it hears no quorum, would end the next one too. */
    private void run() {
        Duration backOff = BACK_OFF_FIRST;
        int silent = 0;
        try {
            for (int next = 0; closing.getCount() > 0; next = (next + 1) % servers.size()) {
                silent = attach(servers.get(next)) ? 0 : silent + 1;
                if (silent == 0) {
                    backOff = BACK_OFF_FIRST;
                } else if (silent % servers.size() == 0) {
                    backOff = min(backOff.multipliedBy(2), BACK_OFF_LAST);
                } else {
                    continue; // another one may be well: at once
                }
                if (closing.await(backOff.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether the node said anything */
    private boolean attach(String server) throws InterruptedException {
        var current = new FeedSession(server, self, lease, observed, () -> view);
        session = Optional.of(current);
        try {
            String end = current.run(change -> {
                RoutingView before = view;
                view = view.after(change);
                if (change.revision() < before.revision()) {
                    LOG.debugf(
                            "view ignored, a newer one is held revision=%d held=%d server=%s",
                            change.revision(), before.revision(), server);
                }
                onView.accept(view);
            });
            if (closing.getCount() == 0) {
                LOG.infof("feed closed server=%s", server);
            } else if (current.heard()) {
                LOG.warnf("feed lost server=%s reason=%s", server, end);
            } else {
                LOG.debugf("feed not reached server=%s reason=%s", server, end);
            }
        } catch (RuntimeException defect) {
            LOG.errorf(defect, "feed message failed: a defect, please report it server=%s", server);
        } finally {
            session = Optional.empty();
            current.end();
        }
        return current.heard();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
