package io.meridian.router.weights;

import io.meridian.router.view.Shares;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;

/** What is measured of shares: those that are cut, by service and zone. */
public final class ShareMeters {
    private final MultiGauge cut;

    public ShareMeters(MeterRegistry registry) {
        this.cut = MultiGauge.builder("meridian_router_zone_share")
                .description(
                        "Part of its declared weight that a C zone has now, because its answers failed; not there: all of it")
                .register(registry);
    }

    public void show(Shares shares) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        shares.byService()
                .forEach((service, zones) -> zones.forEach((zone, share) ->
                        rows.add(MultiGauge.Row.of(Tags.of("service", service, "zone", zone.name()), share))));
        cut.register(rows, true);
    }
}
