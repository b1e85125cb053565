package io.meridian.simulation.engine;

import java.util.Map;
import java.util.TreeMap;

/** The network between places. Inside a place it never fails; between two it may be down for a while, in both directions. */
public final class Links<P extends Comparable<P>> {
    private final Scheduler scheduler;
    private final Map<String, Long> downUntilMicros = new TreeMap<>();

    public Links(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    public void down(P one, P other, long micros) {
        downUntilMicros.merge(name(one, other), scheduler.nowMicros() + micros, Math::max);
    }

    public boolean up(P one, P other) {
        return one.equals(other) || downUntilMicros.getOrDefault(name(one, other), 0L) <= scheduler.nowMicros();
    }

    /** One way, in microseconds: inside a place half a millisecond, between places some; now and then much more. */
    public long delay(P one, P other) {
        long usual = one.equals(other) ? scheduler.delay(500, 1_500) : scheduler.delay(2_000, 12_000);
        return scheduler.chance(0.005) ? usual * 20 : usual;
    }

    /** A message that nothing follows: it arrives, or it does not. */
    public void send(P from, P to, Runnable arrive) {
        if (up(from, to)) {
            scheduler.after(delay(from, to), () -> {
                if (up(from, to)) {
                    arrive.run();
                }
            });
        }
    }

    private String name(P one, P other) {
        return one.compareTo(other) < 0 ? one + "~" + other : other + "~" + one;
    }
}
