package io.meridian.control.observe;

import java.util.List;
import org.jboss.logging.MDC;

/** While it is open, what this thread logs is about a run: in logs as JSON the run is a field of its own. */
public final class AboutRun implements AutoCloseable {
    private static final String RUN = "run";
    private static final String WAVE = "wave";

    private AboutRun() {}

    public static AboutRun of(String run) {
        MDC.put(RUN, run);
        return new AboutRun();
    }

    public static AboutRun of(String run, int wave) {
        MDC.put(WAVE, Integer.toString(wave));
        return of(run);
    }

    @Override
    public void close() {
        List.of(RUN, WAVE).forEach(MDC::remove);
    }
}
