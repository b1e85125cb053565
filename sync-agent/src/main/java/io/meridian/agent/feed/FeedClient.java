package io.meridian.agent.feed;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.meridian.wire.AgentReport;
import io.meridian.wire.AgentView;
import io.meridian.wire.FeedsGrpc;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one feed stream up: to the own region's node, else to another's. A stream that says nothing for {@link #SILENCE} is dead, whatever TCP thinks.
 * One thread of its own connects; views arrive on gRPC's.
 */
public final class FeedClient implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FeedClient.class);
    /** Three messages that a living server would have sent. */
    private static final Duration SILENCE = Duration.ofSeconds(6);

    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_LONGEST = Duration.ofSeconds(3);

    private final FeedServers servers;
    private final String group;
    private final DesiredStateCell state;
    private final Reporter reporter;
    private final Predicate<StoreTold> admits;
    private final AtomicReference<@Nullable Session> session = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean running = true;
    private volatile long connects;
    /** Said once, until a node was heard again. */
    private volatile boolean toldLost;
    /** Why no node serves this agent; empty: one does, or none could be asked. */
    private volatile String refusal = "";

    /** @param admits whether a view is for this store at all; asked before anything of it holds, must return at once */
    public FeedClient(
            FeedServers servers, String group, DesiredStateCell state, Reporter reporter, Predicate<StoreTold> admits) {
        this.admits = admits;
        this.servers = servers;
        this.group = group;
        this.state = state;
        this.reporter = reporter;
        this.thread = Thread.ofPlatform().daemon().name("feed").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    public boolean connected() {
        Session now = session.get();
        return now != null && now.heard;
    }

    /** Why this agent is turned away: it calls itself what the topology does not know. Only a person mends that. */
    public Optional<String> refusal() {
        return refusal.isEmpty() ? Optional.empty() : Optional.of(refusal);
    }

    /** Streams begun so far. */
    public long connects() {
        return connects;
    }

    /** For whoever learned elsewhere that the attached node lags: another one is asked. */
    public void leave(String why) {
        Session now = session.get();
        if (now != null) {
            now.end(why);
        }
    }

    private void run() {
        Duration pause = PAUSE_FIRST;
        while (running) {
            try {
                boolean heard = follow();
                pause = heard ? PAUSE_FIRST : min(pause.multipliedBy(2), PAUSE_LONGEST);
                if (running) {
                    Thread.sleep(pause);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** @return whether anything was heard */
    private boolean follow() throws InterruptedException {
        FeedServers.Server server = servers.current();
        Session now = new Session(server);
        session.set(now);
        connects++;
        try {
            FeedsGrpc.newStub(server.channel()).agent(now);
            while (!now.ended.await(500, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - now.lastNanos > SILENCE.toNanos()) {
                    now.end("silent for " + SILENCE.toSeconds() + " s");
                }
            }
        } finally {
            reporter.detach(now.out);
            session.set(null);
            now.cancel();
        }
        if (running) {
            servers.leave(server);
            if (now.heard || !toldLost) {
                LOG.warnf("feed lost, trying the next node server=%s problem=%s", server.address(), now.problem);
            } else {
                LOG.debugf("feed not reached server=%s problem=%s", server.address(), now.problem);
            }
            toldLost = true;
        }
        return now.heard;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        running = false;
        leave("stopping");
        thread.interrupt();
    }

    /** One stream. */
    private final class Session implements ClientResponseObserver<AgentReport, AgentView> {
        private final FeedServers.Server server;
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable ClientCallStreamObserver<AgentReport> out;
        private volatile long lastNanos = System.nanoTime();
        private volatile boolean heard;
        private volatile boolean toldBehind;
        private volatile String problem = "";

        Session(FeedServers.Server server) {
            this.server = server;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<AgentReport> stream) {
            out = stream;
            stream.setOnReadyHandler(() -> reporter.attach(stream));
        }

        @Override
        public void onNext(AgentView view) {
            if (ended.getCount() == 0) {
                return; // Behind a view that was left out nothing counts: its revision would claim that it was known.
            }
            lastNanos = System.nanoTime();
            try {
                if (!admits.test(ViewMapper.store(view))) {
                    end("the view is of a later life of this store");
                    return;
                }
                if (!state.merge(ViewMapper.fromMessage(view, group))) {
                    behind(view.getRevision());
                }
            } catch (RuntimeException e) {
                if (heard || !toldLost) {
                    LOG.error("view not understood, the last good one stays and this node is left", e);
                }
                end("view not understood: " + e.getMessage());
                return;
            }
            if (!heard) {
                heard = true;
                toldLost = false;
                refusal = "";
                LOG.infof("feed attached server=%s revision=%d", server.address(), view.getRevision());
            }
        }

        private void behind(long revision) {
            if (!toldBehind) {
                toldBehind = true;
                LOG.warnf(
                        "control plane behind what was heard before, its views are dropped until it has caught up server=%s revision=%d known=%d",
                        server.address(), revision, state.get().revision());
            }
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            String why = String.valueOf(status.getDescription());
            if (status.getCode() == Status.Code.FAILED_PRECONDITION && !refusal.equals(why)) {
                refusal = why;
                LOG.errorf("turned away by the control plane server=%s problem=%s", server.address(), why);
            }
            end(status.getCode() + " " + why);
        }

        @Override
        public void onCompleted() {
            end("ended by the server");
        }

        private void end(String why) {
            if (problem.isEmpty()) {
                problem = why;
            }
            ended.countDown();
        }

        private void cancel() {
            ClientCallStreamObserver<AgentReport> stream = out;
            if (stream != null) {
                stream.cancel("client moves on", null);
            }
        }
    }
}
