package io.meridian.conflict.merge;

import java.util.Collections;
import java.util.TreeMap;

/** Flawed merges, by what is wrong with them. */
final class Mutants {
    private Mutants() {}

    static Histories.Join of(String flaw) {
        return switch (flaw) {
            case "the one that arrives wins" -> (_, _, incoming) -> incoming;
            case "clocks alone decide" ->
                (_, a, b) -> a.version().millis() > b.version().millis() ? a : b;
            case "a delete always wins" ->
                (rule, a, b) -> {
                    RowState joined = RowMerge.join(rule, a, b);
                    return a.alive() && b.alive() ? joined : a.alive() ? b : a;
                };
            case "counters keep the later sum" ->
                (rule, a, b) -> {
                    RowState joined = RowMerge.join(rule, a, b);
                    return b.contributions().isEmpty()
                            ? joined
                            : parts(joined, b.contributions().get("n"));
                };
            case "sets are united whole" ->
                (rule, a, b) -> {
                    RowState joined = RowMerge.join(rule, a, b);
                    var values = new TreeMap<>(joined.values());
                    if (a.values().containsKey("tags") && b.values().containsKey("tags")) {
                        var united = new java.util.TreeSet<>(
                                LocalWrite.elements(a.values().get("tags").orElse("{}")));
                        united.addAll(LocalWrite.elements(b.values().get("tags").orElse("{}")));
                        values.put("tags", java.util.Optional.of(SetText.write(united)));
                    }
                    return joined.withValues(values);
                };
            case "floors are forgotten" -> (rule, a, b) -> RowMerge.join(rule, unfloored(a), unfloored(b));
            default -> throw new IllegalStateException(flaw);
        };
    }

    private static RowState parts(
            RowState joined, java.util.@org.jspecify.annotations.Nullable SortedMap<String, Contribution> n) {
        var contributions = new TreeMap<>(joined.contributions());
        if (n != null) {
            contributions.put("n", n);
        }
        return new RowState(
                joined.version(),
                joined.alive(),
                joined.floor(),
                joined.rowWritten(),
                joined.columnsWritten(),
                contributions,
                joined.observed(),
                joined.values());
    }

    private static RowState unfloored(RowState state) {
        return new RowState(
                state.version(),
                state.alive(),
                Version.NONE,
                state.rowWritten(),
                state.columnsWritten(),
                state.contributions(),
                state.observed(),
                state.values().isEmpty() ? Collections.emptySortedMap() : state.values());
    }
}
