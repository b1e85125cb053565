package io.meridian.control.feed;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Revision;
import io.meridian.control.state.StateSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * The downward half of one stream, with a thread of its own: sends the newest state as soon as the receiver can take it, so that a slow receiver
 * skips states and never queues them, and a sign of life every two seconds.
 */
final class FeedStream<V> {
    private static final Logger LOG = Logger.getLogger(FeedStream.class);
    private static final Duration LIFE_SIGN = Duration.ofSeconds(2);
    /** Both sides speak every two seconds: after this there is nobody. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);
    /** A receiver that takes nothing for so long while there is news: what was sent last waits in its connection, and nothing behind it. */
    private static final Duration TAKE_LIMIT = Duration.ofSeconds(10);
    /** A node cut off from the quorum lets its agents and routers go, so that they attach elsewhere. Longer than an election. */
    private static final Duration LEADERLESS_LIMIT = Duration.ofSeconds(6);

    /** A node that only replays its log has caught up by then. */
    private static final Duration BEHIND_LIMIT = Duration.ofSeconds(4);

    private final String name;
    private final StateSource source;
    private final ServerCallStreamObserver<V> down;
    private final BiFunction<Optional<ControlState>, ControlState, V> view;
    private final BooleanSupplier leaderKnown;
    private final Revision known;
    private final FeedCounters counters;
    private final Semaphore woken = new Semaphore(0);
    private volatile long heardNanos = System.nanoTime();
    private volatile long toldRevision = -1;
    private volatile boolean closed;
    private volatile String ending = "";

    /**
     * @param known the newest revision that the receiver has: a complete view of an older one would be dropped there, and what changed since
     *     would never come, so nothing is sent before this node has caught up
     */
    FeedStream(
            String name,
            StateSource source,
            ServerCallStreamObserver<V> down,
            BiFunction<Optional<ControlState>, ControlState, V> view,
            BooleanSupplier leaderKnown,
            Revision known,
            FeedCounters counters) {
        this.name = name;
        this.source = source;
        this.down = down;
        this.view = view;
        this.leaderKnown = leaderKnown;
        this.known = known;
        this.counters = counters;
    }

    void heard() {
        heardNanos = System.nanoTime();
    }

    void wake() {
        woken.release();
    }

    /** The receiver is told why, and free to attach again. */
    void end(String why) {
        ending = why;
        wake();
    }

    /** What the receiver was sent last; empty: nothing yet, or the stream is over. */
    OptionalLong told() {
        return closed || toldRevision < 0 ? OptionalLong.empty() : OptionalLong.of(toldRevision);
    }

    void close() {
        closed = true;
        wake();
    }

    /**
     * Runs until the stream is over; {@code before} is done first, {@code after} last, whoever ended the stream: gRPC does not tell the server's
     * side of an end that the server made itself.
     */
    void run(Runnable before, Runnable after) {
        try {
            run(before);
        } finally {
            after.run();
        }
    }

    private void run(Runnable before) {
        try (AutoCloseable _ = source.onChange(this::wake)) {
            before.run();
            send();
        } catch (InterruptedException e) {
            down.onError(Status.UNAVAILABLE.withDescription("this node stops").asRuntimeException());
        } catch (Exception e) {
            if (!closed) {
                LOG.warnf(e, "feed broke feed=%s", name);
                down.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
            }
        }
    }

    private void send() throws InterruptedException {
        Optional<ControlState> told = Optional.empty();
        long sentNanos = 0;
        long begunNanos = System.nanoTime();
        long ledNanos = System.nanoTime();
        long takenNanos = System.nanoTime();
        while (!closed && !down.isCancelled()) {
            long now = System.nanoTime();
            ledNanos = leaderKnown.getAsBoolean() ? now : ledNanos;
            Optional<String> end = end(now, ledNanos).or(() -> behind(begunNanos, now));
            if (end.isPresent()) {
                LOG.infof("feed ended feed=%s why=%s", name, end.get());
                down.onError(Status.UNAVAILABLE.withDescription(end.get()).asRuntimeException());
                return;
            }
            ControlState state = source.current();
            if (told.isEmpty() && state.revision().compareTo(known) < 0) {
                woken.tryAcquire(LIFE_SIGN.toMillis() / 4, TimeUnit.MILLISECONDS);
                continue;
            }
            takenNanos = down.isReady() ? now : takenNanos;
            if (now - takenNanos > TAKE_LIMIT.toNanos()) {
                drop();
                return;
            }
            boolean newer =
                    told.isEmpty() || state.revision().compareTo(told.get().revision()) > 0;
            if (down.isReady() && (newer || now - sentNanos >= LIFE_SIGN.toNanos())) {
                down.onNext(view.apply(told, state));
                // Until there is a topology nothing was told: the first complete message is still to come.
                told = state.declared().isPresent() ? Optional.of(state) : Optional.empty();
                sentNanos = now;
                counters.sent.increment();
                toldRevision = told.isPresent() ? state.revision().number() : -1;
                if (told.isEmpty()) {
                    woken.tryAcquire(LIFE_SIGN.toMillis(), TimeUnit.MILLISECONDS);
                }
            } else {
                woken.tryAcquire(LIFE_SIGN.toMillis() / 4, TimeUnit.MILLISECONDS);
            }
            woken.drainPermits();
        }
    }

    /** Whoever takes nothing does not read this either, but is no more waited for; it attaches again when it wakes up. */
    private void drop() {
        counters.dropped.increment();
        LOG.warnf("feed dropped, it takes nothing feed=%s after_ms=%d", name, TAKE_LIMIT.toMillis());
        down.onError(Status.RESOURCE_EXHAUSTED
                .withDescription("nothing was taken for " + TAKE_LIMIT.toSeconds() + " s; attach again")
                .asRuntimeException());
    }

    private Optional<String> behind(long begunNanos, long now) {
        return source.current().revision().compareTo(known) < 0 && now - begunNanos > BEHIND_LIMIT.toNanos()
                ? Optional.of("this node is behind revision " + known + ", which you know; try another")
                : Optional.empty();
    }

    private Optional<String> end(long now, long ledNanos) {
        if (!ending.isEmpty()) {
            return Optional.of(ending);
        }
        if (now - heardNanos > SILENCE_LIMIT.toNanos()) {
            return Optional.of("nothing heard for " + SILENCE_LIMIT.toSeconds() + " s");
        }
        if (now - ledNanos > LEADERLESS_LIMIT.toNanos()) {
            return Optional.of(
                    "this node has reached no leader for " + LEADERLESS_LIMIT.toSeconds() + " s; try another");
        }
        return Optional.empty();
    }
}
