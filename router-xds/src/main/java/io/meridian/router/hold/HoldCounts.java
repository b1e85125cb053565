package io.meridian.router.hold;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What the hold endpoint counts. */
public final class HoldCounts {
    private final MeterRegistry registry;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Counter answered;
    private final Timer waits;
    private final List<Counter> unavailable; // by the reason's ordinal

    public HoldCounts(MeterRegistry registry) {
        this.registry = registry;
        registry.gauge("meridian_hold_waiting_requests", waiting);
        registry.gauge("meridian_hold_waiting_bytes", waitingBytes);
        answered = registry.counter("meridian_hold_answers", "outcome", "owner");
        waits = Timer.builder("meridian_hold_wait")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        unavailable = Stream.of(HoldRules.Reason.values())
                .map(reason -> registry.counter("meridian_hold_answers", "outcome", reason.text()))
                .toList();
    }

    void limits(HoldLimits limits) {
        registry.gauge("meridian_hold_limit_requests", limits, HoldLimits::requests);
        registry.gauge("meridian_hold_limit_bytes", limits, HoldLimits::bytes);
    }

    void waiting(int requests, long bytes) {
        waiting.set(requests);
        waitingBytes.set(bytes);
    }

    void answered() {
        answered.increment();
    }

    void unavailable(HoldRules.Reason reason) {
        unavailable.get(reason.ordinal()).increment();
    }

    /** Of each request that waited, whatever came of it. */
    void waited(Duration time) {
        waits.record(time);
    }
}
