package io.meridian.control.observe;

import java.time.Duration;
import org.jboss.logging.Logger;

/** A line for each step of a run, on every node. Run and wave are facts of the line and, for logs in JSON, fields of their own. */
final class StepLog {
    private static final Logger LOG = Logger.getLogger(StepLog.class);

    private StepLog() {}

    static void heard(RunSteps.Seen seen) {
        String run = seen.run().id();
        int wave = seen.step().wave();
        try (var _ = AboutRun.of(run, wave)) {
            if (seen.ended()) {
                LOG.infof(
                        "step ended run=%s wave=%d step=%s took_ms=%d note=%s",
                        run,
                        wave,
                        seen.step().name(),
                        Duration.between(seen.step().started(), seen.at()).toMillis(),
                        seen.step().note());
            } else {
                LOG.infof(
                        "step began run=%s wave=%d step=%s shards=%d",
                        run, wave, seen.step().name(), shards(seen));
            }
        }
    }

    /** Of the wave; of a run that has none yet, all. */
    private static int shards(RunSteps.Seen seen) {
        int wave = seen.step().wave();
        return wave >= 1 && wave <= seen.run().plan().waves().size()
                ? seen.run().plan().wave(wave).moves().size()
                : seen.run().plan().shardCount();
    }
}
