package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.Run;
import io.meridian.cli.api.UnreachableException;
import io.meridian.local.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When every Envoy of some regions had accepted the routes of a run: looked at from the moment in which routers were told, until it is so. */
final class Convergence {
    private static final Duration LIMIT = Patience.of(Duration.ofSeconds(10));
    private static final long NONE = -1;

    private final ControlPlane api;
    private final DrillClock clock;
    private final List<String> regions;
    private long revision = NONE;
    private double reachedSecond = NONE;

    Convergence(ControlPlane api, DrillClock clock, List<String> regions) {
        this.api = api;
        this.clock = clock;
        this.regions = regions;
    }

    /** Called each time the run was looked at. */
    void look(JsonNode run) throws InterruptedException {
        String state = run.path("state").asText();
        if (!state.equals("ROUTED") && !state.equals("DONE")) {
            revision = NONE; // a further wave
            reachedSecond = NONE;
        } else if (reachedSecond == NONE) {
            try {
                if (revision == NONE) {
                    revision = api.get("/shards").path("revision").asLong();
                }
                if (reached()) {
                    reachedSecond = clock.second();
                }
            } catch (RefusedException | UnreachableException nobodyKnowsNow) {
                // looked at again
            }
        }
    }

    private boolean reached() throws InterruptedException {
        for (String region : regions) {
            if (!api.get("/envoys/barrier?region=" + region + "&revision=" + revision)
                    .path("reached")
                    .asBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** After the run has ended. */
    void tell(JsonNode ended, Diary diary) throws InterruptedException {
        Optional<Double> routed = Documents.as(ended, Run.class).steps().stream()
                .filter(step -> step.name().equals("ROUTED"))
                .map(step -> clock.second(Instant.parse(step.started())))
                .reduce((_, last) -> last);
        if (routed.isEmpty()) {
            diary.notMeasured("edge convergence", null, "routers were told nothing");
            return;
        }
        long end = System.nanoTime() + LIMIT.toNanos();
        while (reachedSecond == NONE && System.nanoTime() - end < 0) {
            look(ended);
            Thread.sleep(50);
        }
        if (reachedSecond == NONE) {
            diary.notMeasured("edge convergence", routed.get(), "not every Envoy accepted revision " + revision);
        } else {
            diary.stage(
                    "edge convergence",
                    routed.get(),
                    Math.max(0, reachedSecond - routed.get()),
                    "every Envoy of " + String.join(", ", regions) + " accepted revision " + revision
                            + "; looked at each 0.1 s");
        }
    }
}
