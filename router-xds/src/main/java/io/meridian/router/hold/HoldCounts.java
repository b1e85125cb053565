package io.meridian.router.hold;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What the hold endpoint counts. */
public final class HoldCounts {
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter answered;
    private final Timer waits;
    private final List<Counter> unavailable; // by the reason's ordinal

    public HoldCounts(MeterRegistry registry) {
        registry.gauge("meridian_hold_waiting_requests", waiting);
        answered = registry.counter("meridian_hold_answers", "outcome", "owner");
        waits = Timer.builder("meridian_hold_wait")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        unavailable = Stream.of(HoldRules.Reason.values())
                .map(reason -> registry.counter("meridian_hold_answers", "outcome", reason.text()))
                .toList();
    }

    void waiting(int now) {
        waiting.set(now);
    }

    void answered() {
        answered.increment();
    }

    void unavailable(HoldRules.Reason reason) {
        unavailable.get(reason.ordinal()).increment();
    }

    void waited(Duration time) {
        waits.record(time);
    }
}
