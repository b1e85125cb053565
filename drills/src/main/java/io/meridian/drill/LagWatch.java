package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meridian.drill.report.Report.Lag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Asks once a second how far each copy is behind. */
final class LagWatch implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final JsonNode NOTHING = JsonNodeFactory.instance.arrayNode();

    private final ControlPlane api;
    private final DrillClock clock;
    private final List<Lag> seen = new ArrayList<>();
    private final Thread thread;
    private volatile List<Lag> newest = List.of();
    private volatile boolean running = true;

    private LagWatch(ControlPlane api, DrillClock clock) {
        this.api = api;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("lag-watch").start(this::watch);
    }

    static LagWatch start(ControlPlane api, DrillClock clock) {
        return new LagWatch(api, clock);
    }

    private void watch() {
        try {
            while (running) {
                look();
                Thread.sleep(BETWEEN);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        double second = clock.second();
        List<Lag> now = new ArrayList<>();
        for (JsonNode link : api.getSoon("/lag", PATIENCE)
                .map(answer -> answer.path("links"))
                .orElse(NOTHING)) {
            now.add(new Lag(
                    second,
                    link.path("source").asText(),
                    link.path("target").asText(),
                    link.path("millis").isNumber() ? link.path("millis").asLong() : null,
                    link.path("records").isNumber() ? link.path("records").asLong() : null));
        }
        newest = List.copyOf(now);
        synchronized (seen) {
            seen.addAll(now);
        }
    }

    /** The newest answer; empty: none is there. */
    List<Lag> newest() {
        return newest;
    }

    /** Of the newest answer; empty: nothing is known. */
    Optional<Duration> worst(Predicate<Lag> which) {
        return newest.stream()
                .filter(which)
                .flatMap(lag -> Optional.ofNullable(lag.millis()).stream())
                .max(Long::compare)
                .map(Duration::ofMillis);
    }

    List<Lag> seen() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.interrupt();
        thread.join();
    }
}
