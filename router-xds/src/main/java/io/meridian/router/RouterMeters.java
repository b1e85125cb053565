package io.meridian.router;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What is measured of the router as a whole. */
final class RouterMeters {
    private RouterMeters() {}

    static void register(MeterRegistry registry, Router router) {
        Gauge.builder("meridian_router_revision", router, it -> it.view().revision())
                .description("Newest revision of the control plane's state that is held")
                .register(registry);
        Gauge.builder("meridian_router_hold_revision", router, Router::holdRevision)
                .description("Revision that every answer of the hold endpoint is by, at least")
                .register(registry);
        Gauge.builder(
                        "meridian_router_feed_attached",
                        router,
                        it -> it.attachedTo().isPresent() ? 1 : 0)
                .description("1 while a control-plane node is heard")
                .register(registry);
        Gauge.builder("meridian_router_feed_lapsed", router, it -> it.feedLapsed() ? 1 : 0)
                .description("1 while the control plane has been silent for longer than the feed lease")
                .register(registry);
    }
}
