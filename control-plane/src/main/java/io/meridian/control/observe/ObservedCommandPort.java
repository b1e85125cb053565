package io.meridian.control.observe;

import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Times every command, from its proposal until this node has applied it, and traces those that people ask for; what agents and routers report
 * comes many times a second and would be most of every trace.
 */
public final class ObservedCommandPort implements CommandPort {
    private final CommandPort port;
    private final MeterRegistry registry;
    private final Tracer tracer;
    private final Map<Labels, Timer> timers = new ConcurrentHashMap<>();

    private record Labels(String command, String outcome) {}

    public ObservedCommandPort(CommandPort port, MeterRegistry registry, Tracer tracer) {
        this.port = port;
        this.registry = registry;
        this.tracer = tracer;
    }

    @Override
    public Outcome submit(Command command) throws InterruptedException {
        return command instanceof Command.Asked ? traced(command) : timed(command);
    }

    private Outcome traced(Command command) throws InterruptedException {
        Span span = tracer.spanBuilder("command " + kind(command)).startSpan();
        try {
            Outcome outcome = timed(command);
            switch (outcome) {
                case Outcome.Committed committed -> {
                    span.setAttribute(
                            "meridian.revision", committed.receipt().at().number());
                    span.setAttribute("meridian.subject", committed.receipt().subject());
                }
                case Outcome.Refused refused ->
                    span.setAttribute("meridian.problem", refused.why().type().urn());
                case Outcome.Unknown unknown -> span.setStatus(StatusCode.ERROR, unknown.detail());
                case Outcome.Previewed _ -> throw new IllegalStateException("a commit previews nothing");
            }
            return outcome;
        } finally {
            span.end();
        }
    }

    private Outcome timed(Command command) throws InterruptedException {
        long begun = System.nanoTime();
        Outcome outcome = port.submit(command);
        timers.computeIfAbsent(new Labels(kind(command), outcome(outcome)), this::timer)
                .record(Duration.ofNanos(System.nanoTime() - begun));
        return outcome;
    }

    private Timer timer(Labels labels) {
        return Timer.builder("meridian_control_command")
                .tag("command", labels.command())
                .tag("outcome", labels.outcome())
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10))
                .register(registry);
    }

    /** As many as there are records of the sealed type: {@code renew-lease}. */
    static String kind(Command command) {
        Command bare = command instanceof Command.Asked asked ? asked.what() : command;
        return bare.getClass()
                .getSimpleName()
                .replaceAll("(?<=.)([A-Z])", "-$1")
                .toLowerCase(Locale.ROOT);
    }

    private static String outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Committed _ -> "committed";
            case Outcome.Refused _ -> "refused";
            case Outcome.Unknown _ -> "unknown";
            case Outcome.Previewed _ -> "previewed";
        };
    }
}
