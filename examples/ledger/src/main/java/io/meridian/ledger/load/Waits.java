package io.meridian.ledger.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long requests took. Every one is kept, so the percentiles are exact. */
public final class Waits {
    private final long[] sortedNanos;

    private Waits(long[] sortedNanos) {
        this.sortedNanos = sortedNanos;
    }

    public static Waits of(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Waits(sorted);
    }

    public static Waits of(Collection<Long> nanos) {
        return of(nanos.stream().mapToLong(Long::longValue).toArray());
    }

    public int count() {
        return sortedNanos.length;
    }

    /** @return milliseconds to a tenth, the smallest wait that {@code share} of all do not exceed; null when there are none */
    public @Nullable Double percentileMillis(double share) {
        if (sortedNanos.length == 0) {
            return null;
        }
        int rank = (int) Math.ceil(share * sortedNanos.length);
        return Math.round(sortedNanos[Math.max(0, rank - 1)] / 1e5) / 10.0;
    }

    /** Each wait less {@code usual}, at least zero. */
    Waits beyond(Duration usual) {
        return of(Arrays.stream(sortedNanos)
                .map(nanos -> Math.max(0, nanos - usual.toNanos()))
                .toArray());
    }

    Duration median() {
        return sortedNanos.length == 0 ? Duration.ZERO : Duration.ofNanos(sortedNanos[(sortedNanos.length - 1) / 2]);
    }

    Map<String, @Nullable Double> toJson() {
        Map<String, @Nullable Double> json = new LinkedHashMap<>();
        json.put("p50", percentileMillis(0.5));
        json.put("p99", percentileMillis(0.99));
        json.put("max", percentileMillis(1));
        return json;
    }
}
