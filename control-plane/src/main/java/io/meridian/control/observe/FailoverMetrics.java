package io.meridian.control.observe;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.StateSource;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/** Which regions look lost, and whether failovers by themselves have tripped. */
final class FailoverMetrics implements StateWatch.Watching {
    private final StateSource source;
    private final MultiGauge advised;
    private List<RegionId> shown = List.of();

    FailoverMetrics(StateSource source, MeterRegistry registry) {
        this.source = source;
        advised = MultiGauge.builder("meridian_control_failover_advised").register(registry);
        Gauge.builder(
                        "meridian_control_failover_tripped",
                        source,
                        of -> of.current().automatic().tripped().isPresent() ? 1 : 0)
                .register(registry);
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
            advised.register(
                    regions.stream()
                            .map(region -> MultiGauge.Row.of(
                                    Tags.of("region", region.name()),
                                    () -> source.current()
                                                    .automatic()
                                                    .advice(region)
                                                    .isPresent()
                                            ? 1
                                            : 0))
                            .toList(),
                    true);
        }
    }
}
