package io.meridian.control.observe;

import io.meridian.control.ControlPlane;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Puts the watchers of this node together. */
@Startup
@Singleton
public class Observing {
    private static final String OURS = "meridian_control";

    private final MeterRegistry registry;
    private final StepTimers timers;
    private final StepSpans spans;
    private final StateWatch watch;
    private final Instant begun;

    public Observing(ControlPlane plane, MeterRegistry registry, Tracer tracer) {
        this.registry = registry;
        StateSource source = plane.node().applied();
        Clock clock = Clock.systemUTC();
        begun = clock.instant();
        timers = new StepTimers(registry);
        spans = new StepSpans(tracer, plane.node()::leads);
        new GateMetrics(source, clock, registry);
        NodeMetrics.register(plane, registry);
        watch = new StateWatch(
                source,
                List.of(
                        new LeaseMetrics(source, registry),
                        new EnvoyMetrics(source, registry),
                        new FailoverMetrics(source, registry),
                        new ReadinessMetrics(source, clock, registry),
                        this::steps));
    }

    /** What a node finds in its log when it starts was told when it happened. */
    private void steps(ControlState before, ControlState after) {
        for (RunSteps.Seen seen : RunSteps.between(before, after)) {
            if (!seen.at().isBefore(begun)) {
                StepLog.heard(seen);
                timers.heard(seen);
                spans.heard(seen);
            }
        }
    }

    @PreDestroy
    void stop() throws Exception {
        watch.close();
        // The registry outlives the node where one process runs several in turn, as tests do: the next one's meters
        // would be taken for these.
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith(OURS))
                .forEach(registry::remove);
    }
}
