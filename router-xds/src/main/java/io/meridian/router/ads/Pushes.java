package io.meridian.router.ads;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** How long a publication takes until nobody owes a reply any more. One that is overtaken by the next is not measured. */
final class Pushes {
    private final AdsCounts counts;
    private final Set<Long> awaited = new HashSet<>();
    private long beganNanos;
    private boolean underWay;
    private boolean sent;

    Pushes(AdsCounts counts) {
        this.counts = counts;
    }

    void begin() {
        beganNanos = System.nanoTime();
        underWay = true;
        sent = false;
    }

    void awaits(long stream, boolean reply) {
        if (reply) {
            sent |= awaited.add(stream);
        } else if (awaited.remove(stream) && awaited.isEmpty() && underWay && sent) {
            underWay = false;
            counts.pushed(Duration.ofNanos(System.nanoTime() - beganNanos));
        }
    }
}
