package io.meridian.control.observe;

import io.opentelemetry.sdk.trace.IdGenerator;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Random ids, but for the span of a whole run: its steps, told before it, have named it as theirs. */
@Singleton
public class RunSpanIds implements IdGenerator {
    private static final ThreadLocal<@Nullable String> SPAN = new ThreadLocal<>();
    private static final ThreadLocal<@Nullable String> TRACE = new ThreadLocal<>();

    private final IdGenerator random = IdGenerator.random();

    /** The next root span that this thread starts gets these. */
    static void next(String span, String trace) {
        SPAN.set(span);
        TRACE.set(trace);
    }

    @Override
    public String generateSpanId() {
        return taken(SPAN, random.generateSpanId());
    }

    @Override
    public String generateTraceId() {
        return taken(TRACE, random.generateTraceId());
    }

    private static String taken(ThreadLocal<@Nullable String> set, String otherwise) {
        String id = set.get();
        set.remove();
        return id == null ? otherwise : id;
    }
}
