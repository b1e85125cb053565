package io.meridian.control.observe;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.DeclaredTopology;
import io.meridian.control.state.StateSource;
import io.meridian.topology.Topology;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import java.util.stream.Collectors;

/** What is left of each region's lease, as its agent last said; not a number while nobody says so. */
final class LeaseMetrics implements StateWatch.Watching {
    private record Lease(String region, String group) {}

    private final StateSource source;
    private final MultiGauge remaining;
    private Set<Lease> shown = Set.of();

    LeaseMetrics(StateSource source, MeterRegistry registry) {
        this.source = source;
        remaining =
                MultiGauge.builder("meridian_control_lease_remaining_seconds").register(registry);
    }

    @Override
    public void moved(ControlState before, ControlState after) {
        Set<Lease> leases = after.declared()
                .map(DeclaredTopology::topology)
                .map(LeaseMetrics::leases)
                .orElse(Set.of());
        if (!leases.equals(shown)) {
            shown = leases;
            remaining.register(
                    leases.stream()
                            .map(lease -> MultiGauge.Row.of(
                                    Tags.of("region", lease.region(), "group", lease.group()), () -> seconds(lease)))
                            .toList(),
                    true);
        }
    }

    private static Set<Lease> leases(Topology topology) {
        return topology.regions().stream()
                .flatMap(region -> topology.storeGroups().stream()
                        .map(group -> new Lease(region.id().name(), group.name())))
                .collect(Collectors.toSet());
    }

    private double seconds(Lease lease) {
        AgentObservation agent = source.current().agents().get(lease.region() + "/" + lease.group());
        return agent != null && agent.connected() && agent.healthKnown()
                ? agent.leaseRemainingMillis() / 1000.0
                : Double.NaN;
    }
}
