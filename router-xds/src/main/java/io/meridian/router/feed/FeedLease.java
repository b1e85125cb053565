package io.meridian.router.feed;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long the control plane may be silent before what it froze counts as abandoned. Begins with the process: a router that restarts
 * with what it has on disk holds that long, for the control plane to be heard. Counts on a monotonic clock; written by the feed thread.
 */
public final class FeedLease {
    /** Until the control plane names its own. */
    static final Duration AT_FIRST = Duration.ofSeconds(6);

    private final LongSupplier nanoTime;
    private volatile Heard heard;

    private record Heard(long atNanos, Duration term) {}

    /** @param nanoTime {@link System#nanoTime} */
    public FeedLease(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.heard = new Heard(nanoTime.getAsLong(), AT_FIRST);
    }

    /** @param term as the message names it; zero: as before */
    public void renew(Duration term) {
        heard = new Heard(nanoTime.getAsLong(), term.isPositive() ? term : heard.term());
    }

    public boolean lapsed() {
        Heard last = heard;
        return nanoTime.getAsLong() - last.atNanos() > last.term().toNanos();
    }

    /** Silence after which the stream is given up and the next node is tried: early enough to be heard before the lease is over. */
    public Duration silenceLimit() {
        return heard.term().multipliedBy(3).dividedBy(5);
    }
}
