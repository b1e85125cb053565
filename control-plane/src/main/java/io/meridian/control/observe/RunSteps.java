package io.meridian.control.observe;

import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Steps of runs that began or ended between two states, in the order in which they did. Pure. */
final class RunSteps {
    /** @param ended else it began */
    record Seen(Run run, Run.Step step, boolean ended) {
        Instant at() {
            return step.ended().filter(_ -> ended).orElse(step.started());
        }

        /** The run is over with it. */
        boolean last() {
            return ended && run.endedAt().isPresent() && step.equals(run.steps().getLast());
        }
    }

    private RunSteps() {}

    static List<Seen> between(ControlState before, ControlState after) {
        Map<String, Run> known = new HashMap<>();
        before.runs().forEach(run -> known.put(run.id(), run));
        var seen = new ArrayList<Seen>();
        for (Run run : after.runs()) {
            Run old = known.get(run.id());
            if (old != run) {
                seen.addAll(of(old == null ? List.of() : old.steps(), run));
            }
        }
        return seen;
    }

    private static List<Seen> of(List<Run.Step> known, Run run) {
        var seen = new ArrayList<Seen>();
        for (int i = 0; i < run.steps().size(); i++) {
            Run.Step step = run.steps().get(i);
            boolean fresh = i >= known.size();
            if (fresh) {
                seen.add(new Seen(run, step, false));
            }
            if (step.ended().isPresent() && (fresh || known.get(i).ended().isEmpty())) {
                seen.add(new Seen(run, step, true));
            }
        }
        return seen;
    }
}
