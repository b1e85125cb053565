package io.meridian.router.ads;

import io.meridian.router.compile.ResourceType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/** What the ADS server counts. */
public final class AdsCounts {
    private final MeterRegistry registry;
    private final AtomicInteger streams = new AtomicInteger();
    private final Map<ResourceType, Counter> responses = new EnumMap<>(ResourceType.class);
    private final Map<ResourceType, Counter> resources = new EnumMap<>(ResourceType.class);
    private final Counter bytes;
    private final Counter accepted;
    private final Counter refused;
    private final Counter resends;
    private final Timer pushes;

    public AdsCounts(MeterRegistry registry) {
        this.registry = registry;
        registry.gauge("meridian_ads_streams", streams);
        for (ResourceType type : ResourceType.values()) {
            String label = type.name().toLowerCase(Locale.ROOT);
            responses.put(type, registry.counter("meridian_ads_responses", "type", label));
            resources.put(type, registry.counter("meridian_ads_resources", "type", label));
        }
        bytes = registry.counter("meridian_ads_sent_bytes");
        accepted = registry.counter("meridian_ads_replies", "reply", "ack");
        refused = registry.counter("meridian_ads_replies", "reply", "nack");
        resends = registry.counter("meridian_ads_resends");
        pushes = registry.timer("meridian_ads_push");
    }

    /** Shows how many of the ledger's Envoys are there, refuse something, are gone. */
    void watch(AckLedger ledger) {
        gauge("live", ledger, AckLedger.Barrier::live);
        gauge("rejecting", ledger, AckLedger.Barrier::rejecting);
        gauge("gone", ledger, AckLedger.Barrier::gone);
    }

    private void gauge(String state, AckLedger ledger, ToIntFunction<AckLedger.Barrier> count) {
        Gauge.builder("meridian_ads_envoys", ledger, it -> count.applyAsInt(it.barrier(0)))
                .tag("state", state)
                .register(registry);
    }

    void streams(int now) {
        streams.set(now);
    }

    void sent(Response response, int size) {
        Response.Content content = response.content();
        increment(responses, content.type(), 1);
        increment(resources, content.type(), content.resources().size());
        bytes.increment(size);
        if (response.again()) {
            resends.increment();
        }
    }

    void accepted() {
        accepted.increment();
    }

    void refused() {
        refused.increment();
    }

    /** From a publication to the last reply that it called for. */
    void pushed(Duration took) {
        pushes.record(took);
    }

    private static void increment(Map<ResourceType, Counter> counters, ResourceType type, int by) {
        Counter counter = counters.get(type);
        if (counter == null) {
            throw new IllegalStateException("every type is counted");
        }
        counter.increment(by);
    }
}
