package io.meridian.control.observe;

import io.meridian.control.switching.Run;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.BooleanSupplier;

/**
 * A run as one trace: a span for the run, and below it one for each step, told when it is over, by whoever leads then. The ids come from the run,
 * so what several leaders tell of it is one trace, and nothing of it has to be replicated.
 */
final class StepSpans {
    private final Tracer tracer;
    private final BooleanSupplier leads;

    StepSpans(Tracer tracer, BooleanSupplier leads) {
        this.tracer = tracer;
        this.leads = leads;
    }

    void heard(RunSteps.Seen seen) {
        if (!seen.ended() || !leads.getAsBoolean()) {
            return;
        }
        Run run = seen.run();
        Span step = tracer.spanBuilder("step " + seen.step().name())
                .setParent(under(run))
                .setStartTimestamp(seen.step().started())
                .setAttribute("meridian.run", run.id())
                .setAttribute("meridian.wave", seen.step().wave())
                .setAttribute("meridian.note", seen.step().note())
                .startSpan();
        step.end(seen.at());
        if (seen.last()) {
            whole(run);
        }
    }

    private void whole(Run run) {
        RunSpanIds.next(spanId(run), traceId(run));
        Span whole = tracer.spanBuilder("run")
                .setNoParent()
                .setStartTimestamp(run.startedAt())
                .setAttribute("meridian.run", run.id())
                .setAttribute("meridian.shards", run.plan().shardCount())
                .setAttribute("meridian.state", run.state().name().name())
                .startSpan();
        run.problem().ifPresent(why -> whole.setStatus(StatusCode.ERROR, why));
        whole.end(run.endedAt().orElse(run.startedAt()));
    }

    private static Context under(Run run) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        traceId(run), spanId(run), TraceFlags.getSampled(), TraceState.getDefault())));
    }

    private static String traceId(Run run) {
        return digest(run).substring(0, 32);
    }

    private static String spanId(Run run) {
        return digest(run).substring(32, 48);
    }

    /** Another control plane has a mv-1 too. */
    private static String digest(Run run) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest((run.id() + " " + run.startedAt() + " "
                                            + run.plan().hash())
                                    .getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
