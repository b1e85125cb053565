package io.meridian.agent.transport;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Since when a peer's Kafka has not answered, whatever it has to say: a fetch is answered twice a second when there is nothing new, so silence is no idle
 * source. Only who asks can tell: while its puller waits for something else, nothing is said of the peer.
 */
final class PeerHearing {
    /** A puller that has not looked for so long is busy with its own side. */
    private static final Duration ASKING = Duration.ofSeconds(2);

    private final LongSupplier nanos;
    private double answers;
    private volatile boolean asking;
    private volatile long lookedNanos;
    private volatile long answeredNanos;

    /** @param nanos of a clock that only goes forward */
    PeerHearing(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** By the puller, each time that it has waited for an answer. @param answersEver that it has had */
    void looked(double answersEver) {
        long now = nanos.getAsLong();
        boolean waited = asking && now - lookedNanos <= ASKING.toNanos();
        if (!waited || answersEver != answers) {
            answeredNanos = now;
        }
        answers = answersEver;
        lookedNanos = now;
        asking = true;
    }

    /** The puller asks no more. */
    void stopped() {
        asking = false;
    }

    /** Any thread. @return empty: nobody asks, so nobody can tell */
    OptionalLong silentMillis() {
        long now = nanos.getAsLong();
        return asking && now - lookedNanos <= ASKING.toNanos()
                ? OptionalLong.of(
                        Duration.ofNanos(Math.max(0, now - answeredNanos)).toMillis())
                : OptionalLong.empty();
    }
}
