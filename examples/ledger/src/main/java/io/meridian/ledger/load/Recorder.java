package io.meridian.ledger.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts while the load runs. */
final class Recorder {
    private final Map<String, Long> failures = new TreeMap<>();
    private final Nanos held = new Nanos();
    private final Nanos unheld = new Nanos();
    private final AtomicLong requests = new AtomicLong();

    void scheduled() {
        requests.incrementAndGet();
    }

    synchronized void ended(long nanos, boolean wasHeld) {
        (wasHeld ? held : unheld).add(nanos);
    }

    synchronized void failed(String kind) {
        failures.merge(kind, 1L, Long::sum);
    }

    long requests() {
        return requests.get();
    }

    synchronized Map<String, Long> failures() {
        return new TreeMap<>(failures);
    }

    synchronized long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized Waits latency() {
        return Waits.of(held.and(unheld));
    }

    /** Of the requests that a move held. */
    synchronized Waits pauses() {
        return Waits.of(held.toArray()).beyond(Waits.of(unheld.toArray()).median());
    }
}
