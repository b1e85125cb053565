package io.meridian.control.observe;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.EnvoyBarrier;
import io.meridian.control.state.Revision;
import io.meridian.control.state.StateSource;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToIntFunction;

/** How many Envoys each region has, and how many of them refuse what they are sent. */
final class EnvoyMetrics implements StateWatch.Watching {
    private final StateSource source;
    private final MultiGauge live;
    private final MultiGauge rejecting;
    private List<RegionId> shown = List.of();

    EnvoyMetrics(StateSource source, MeterRegistry registry) {
        this.source = source;
        live = MultiGauge.builder("meridian_control_envoys").register(registry);
        rejecting = MultiGauge.builder("meridian_control_envoys_rejecting").register(registry);
    }

    @Override
    public void moved(ControlState before, ControlState after) {
        List<RegionId> regions = after.declared()
                .map(DeclaredTopology::topology)
                .map(topology ->
                        topology.regions().stream().map(Topology.Region::id).toList())
                .orElse(List.of());
        if (!regions.equals(shown)) {
            shown = regions;
            register(live, EnvoyBarrier::live);
            register(rejecting, EnvoyBarrier::rejecting);
        }
    }

    private void register(MultiGauge gauge, ToIntFunction<EnvoyBarrier> count) {
        gauge.register(
                shown.stream()
                        .map(region -> MultiGauge.Row.of(
                                Tags.of("region", region.name()),
                                () -> count.applyAsInt(EnvoyBarrier.of(
                                        source.current().routers().values(), region, Revision.NONE))))
                        .toList(),
                true);
    }
}
