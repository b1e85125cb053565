package io.meridian.control.observe;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.Gates;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.StateName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What runs that are prepared wait for. Looked at once for all gates of a scrape. */
final class GateMetrics {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final StateSource source;
    private final Clock clock;
    private Map<Gate.Name, Integer> closed = Map.of();
    private long lookedNanos = System.nanoTime() - FRESH.toNanos() - 1;

    GateMetrics(StateSource source, Clock clock, MeterRegistry registry) {
        this.source = source;
        this.clock = clock;
        for (Gate.Name name : Gate.Name.values()) {
            Gauge.builder("meridian_control_gates_closed", this, self -> self.count(name))
                    .tag("gate", name.text())
                    .strongReference(true)
                    .register(registry);
        }
    }

    private synchronized int count(Gate.Name name) {
        if (System.nanoTime() - lookedNanos > FRESH.toNanos()) {
            closed = look();
            lookedNanos = System.nanoTime();
        }
        return closed.getOrDefault(name, 0);
    }

    private Map<Gate.Name, Integer> look() {
        ControlState state = source.current();
        var found = new EnumMap<Gate.Name, Integer>(Gate.Name.class);
        for (Run run : state.activeRuns()) {
            if (run.state().name() == StateName.PREPARED) {
                Gates.of(state, run, clock.instant()).stream()
                        .filter(gate -> !gate.open())
                        .forEach(gate -> found.merge(gate.name(), 1, Integer::sum));
            }
        }
        return found;
    }
}
