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
    private final StepTimers timers;
    private final StepSpans spans;
    private final StateWatch watch;
    private final Instant begun;

    public Observing(ControlPlane plane, MeterRegistry registry, Tracer tracer) {
        StateSource source = plane.node().applied();
        Clock clock = Clock.systemUTC();
        begun = clock.instant();
        timers = new StepTimers(registry);
        spans = new StepSpans(tracer, plane.node()::leads);
        new GateMetrics(source, clock, registry);
        NodeMetrics.register(plane, registry);
        watch = new StateWatch(source, List.of(new LeaseMetrics(source, registry), this::steps));
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
    }
}
