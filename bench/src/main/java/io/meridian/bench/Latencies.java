package io.meridian.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Times that were measured, all of them. Of one thread. */
final class Latencies {
    private final List<Long> nanos = new ArrayList<>();

    void add(long one) {
        nanos.add(one);
    }

    void add(Latencies others) {
        nanos.addAll(others.nanos);
    }

    int count() {
        return nanos.size();
    }

    /** Nearest rank; null: nothing was measured. In milliseconds, to a tenth. */
    @Nullable
    Double percentile(double part) {
        if (nanos.isEmpty()) {
            return null;
        }
        Collections.sort(nanos);
        int rank = (int) Math.ceil(part * nanos.size());
        return Math.round(nanos.get(Math.max(0, rank - 1)) / 100_000.0) / 10.0;
    }

    /** The percentiles that every bench tells. */
    List<Measurement> measurements(String name) {
        return List.of(
                Measurement.of(name + ".p50", percentile(0.5), "ms"),
                Measurement.of(name + ".p99", percentile(0.99), "ms"),
                Measurement.of(name + ".max", percentile(1), "ms"));
    }

    List<Measurement> measurements(String name, Duration lasting) {
        var all = new ArrayList<Measurement>();
        all.add(Measurement.of(
                name + ".rate", Math.round(nanos.size() * 10_000.0 / lasting.toMillis()) / 10.0, "commands/s"));
        all.addAll(measurements(name));
        return all;
    }
}
