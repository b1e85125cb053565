package io.meridian.simulation;

import io.meridian.simulation.rules.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Leaves steps out of a failing history for as long as the same invariant breaks: first large parts, then single steps. */
final class Shrinker {
    private static final int RUNS_LIMIT = 300;

    private final Supplier<Rules> rules;
    private History shortest;
    private Simulation.Result.Failed failure;
    private int runs;

    private Shrinker(History history, Simulation.Result.Failed failure, Supplier<Rules> rules) {
        this.shortest = history;
        this.failure = failure;
        this.rules = rules;
    }

    /** @param failure of {@code history}, and then of the shorter one */
    record Shortened(History history, Simulation.Result.Failed failure, int runs) {}

    static Shortened shorten(History history, Simulation.Result.Failed failure, Supplier<Rules> rules) {
        var shrinker = new Shrinker(history, failure, rules);
        shrinker.shorten();
        return new Shortened(shrinker.shortest, shrinker.failure, shrinker.runs);
    }

    private void shorten() {
        withoutWhatCameLater();
        for (int size = Math.max(1, shortest.steps().size() / 2); size >= 1 && runs < RUNS_LIMIT; ) {
            boolean shorter = withoutParts(size);
            if (!shorter || size > 1) {
                size = size / 2;
            }
        }
    }

    /** It changes nothing of what was before. */
    private void withoutWhatCameLater() {
        long failedMillis = failure.atMicros() / 1_000;
        stillFails(shortest.steps().stream()
                .filter(step -> step.atMillis() <= failedMillis)
                .toList());
    }

    /** @return whether any part of {@code size} steps could be left out */
    private boolean withoutParts(int size) {
        boolean shorter = false;
        for (int first = 0; first < shortest.steps().size() && runs < RUNS_LIMIT; ) {
            List<Step> rest = new ArrayList<>(shortest.steps());
            rest.subList(first, Math.min(rest.size(), first + size)).clear();
            if (stillFails(rest)) {
                shorter = true;
                withoutWhatCameLater();
            } else {
                first += size;
            }
        }
        return shorter;
    }

    private boolean stillFails(List<Step> steps) {
        if (steps.size() == shortest.steps().size()) {
            return false;
        }
        Set<Integer> kept = new HashSet<>();
        steps.forEach(step -> kept.add(step.number()));
        History candidate = shortest.only(kept::contains);
        runs++;
        if (Simulation.run(candidate, rules.get()) instanceof Simulation.Result.Failed failed
                && failed.invariant() == failure.invariant()) {
            shortest = candidate;
            failure = failed;
            return true;
        }
        return false;
    }
}
