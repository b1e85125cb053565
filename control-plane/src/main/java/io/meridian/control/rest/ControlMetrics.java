package io.meridian.control.rest;

import io.meridian.control.ControlPlane;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.StateName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What the node shows at /q/metrics of the replicated state. */
@Startup
@Singleton
public class ControlMetrics {
    private final ControlPlane plane;

    public ControlMetrics(ControlPlane plane, MeterRegistry registry) {
        this.plane = plane;
        gauge(registry, "meridian_control_revision", state -> state.revision().number());
        gauge(
                registry,
                "meridian_control_routers_connected",
                state -> state.routers().values().stream()
                        .filter(RouterSession::connected)
                        .count());
        gauge(
                registry,
                "meridian_control_agents_connected",
                state -> state.agents().values().stream()
                        .filter(agent -> agent.connected())
                        .count());
        gauge(
                registry,
                "meridian_control_shards_frozen",
                state -> state.shards().stream()
                        .filter(shard -> shard.frozenBy().isPresent())
                        .count());
        gauge(
                registry,
                "meridian_control_copies_unfit",
                state -> state.seedings().unfit().values().stream()
                        .mapToInt(Set::size)
                        .sum());
        gauge(
                registry,
                "meridian_control_seedings_running",
                state -> state.seedings().running().count());
        // The state's own count: every node shows the same, also of before its start.
        FunctionCounter.builder(
                        "meridian_control_breakglass_total",
                        this,
                        self -> self.state().audit().alarms())
                .register(registry);
        for (StateName name : StateName.values()) {
            Gauge.builder("meridian_control_runs", this, self -> self.runs(name))
                    .tag("state", name.name())
                    .register(registry);
        }
        Gauge.builder("meridian_control_leads", plane, node -> node.node().leads() ? 1 : 0)
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, ToDoubleFunction<ControlState> value) {
        Gauge.builder(name, this, self -> value.applyAsDouble(self.state())).register(registry);
    }

    private ControlState state() {
        return plane.node().applied().current();
    }

    private long runs(StateName name) {
        return state().runs().stream().filter(run -> run.state().name() == name).count();
    }
}
