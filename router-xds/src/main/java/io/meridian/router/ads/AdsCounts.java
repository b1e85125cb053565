package io.meridian.router.ads;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the ADS server counts. */
public final class AdsCounts {
    private final AtomicInteger streams = new AtomicInteger();
    private final Counter responses;
    private final Counter resources;
    private final Counter accepted;
    private final Counter refused;

    public AdsCounts(MeterRegistry registry) {
        registry.gauge("meridian_ads_streams", streams);
        responses = registry.counter("meridian_ads_responses");
        resources = registry.counter("meridian_ads_resources");
        accepted = registry.counter("meridian_ads_replies", "reply", "ack");
        refused = registry.counter("meridian_ads_replies", "reply", "nack");
    }

    void streams(int now) {
        streams.set(now);
    }

    void sent(int count) {
        responses.increment();
        resources.increment(count);
    }

    void accepted() {
        accepted.increment();
    }

    void refused() {
        refused.increment();
    }
}
