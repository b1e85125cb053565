package io.meridian.conflict.merge;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Two states of one key to the one that holds all changes of both. Commutative, associative and idempotent, because each part of a state is: a greatest
 * version, a greatest clock per region, a set of what was put in and not taken out. So what a region ends with is a function of the set of changes that
 * reached it, whatever their order and number.
 */
public final class RowMerge {
    private RowMerge() {}

    public static RowState join(TableRule rule, RowState a, RowState b) {
        boolean aIsLater = a.version().isAbove(b.version());
        RowState later = aIsLater ? a : b;
        Version floor = Version.max(a.floor(), b.floor());
        var columnsWritten = new TreeMap<>(a.columnsWritten());
        b.columnsWritten().forEach((column, version) -> columnsWritten.merge(column, version, Version::max));
        var contributions = contributions(a, b, floor);
        var observed = observed(a, b, floor);
        var joined = new RowState(
                later.version(),
                later.alive(),
                floor,
                Version.max(a.rowWritten(), b.rowWritten()),
                columnsWritten,
                contributions,
                observed,
                Collections.emptySortedMap());
        if (rule.wholeRow() && !later.alive()) {
            return joined.withValues(Collections.emptySortedMap());
        }
        var values = new TreeMap<String, Optional<String>>();
        for (String column : columns(a, b)) {
            values.put(column, value(rule.of(column), column, a, b, joined));
        }
        return joined.withValues(values);
    }

    private static SortedSet<String> columns(RowState a, RowState b) {
        var columns = new TreeSet<>(a.values().keySet());
        columns.addAll(b.values().keySet());
        return columns;
    }

    private static Optional<String> value(
            Resolution resolution, String column, RowState a, RowState b, RowState joined) {
        SortedMap<String, Contribution> parts =
                joined.contributions().getOrDefault(column, Collections.emptySortedMap());
        Observed observed = joined.observed().getOrDefault(column, Observed.NOTHING);
        return switch (resolution) {
            case Resolution.LastWriter _ -> of(column, a, b, a.rowWritten().isAbove(b.rowWritten()));
            case Resolution.ByColumn _ -> {
                Version ofA = a.columnsWritten().getOrDefault(column, Version.NONE);
                yield of(column, a, b, ofA.isAbove(b.columnsWritten().getOrDefault(column, Version.NONE)));
            }
            case Resolution.Max _ -> parts.isEmpty() ? asItWas(column, a, b) : Extreme.greatest(parts.values());
            case Resolution.Min _ -> parts.isEmpty() ? asItWas(column, a, b) : Extreme.least(parts.values());
            case Resolution.Counter _ -> parts.isEmpty() ? asItWas(column, a, b) : Optional.of(Sum.of(parts.values()));
            case Resolution.SetUnion _ ->
                observed.seen().isEmpty()
                        ? asItWas(column, a, b)
                        : Optional.of(SetText.write(
                                observed.elements().keySet(), asItWas(column, a, b), of(column, a, b, true)));
            case Resolution.Custom custom ->
                observed.elements().isEmpty() ? asItWas(column, a, b) : Concurrent.resolve(custom.resolver(), observed);
        };
    }

    /** A column that came by a migration and was not written since: its default, the same in both. */
    private static Optional<String> asItWas(String column, RowState a, RowState b) {
        return of(column, a, b, a.version().isAbove(b.version()));
    }

    private static Optional<String> of(String column, RowState a, RowState b, boolean preferA) {
        RowState preferred = preferA ? a : b;
        RowState other = preferA ? b : a;
        return preferred.values().containsKey(column)
                ? preferred.values().getOrDefault(column, Optional.empty())
                : other.values().getOrDefault(column, Optional.empty());
    }

    private static SortedMap<String, SortedMap<String, Contribution>> contributions(
            RowState a, RowState b, Version floor) {
        var joined = new TreeMap<String, SortedMap<String, Contribution>>();
        for (RowState state : java.util.List.of(a, b)) {
            state.contributions().forEach((column, parts) -> {
                var into = joined.computeIfAbsent(column, _ -> new TreeMap<>());
                parts.forEach((region, part) ->
                        into.merge(region, part, (one, other) -> one.clock() >= other.clock() ? one : other));
            });
        }
        joined.forEach((_, parts) ->
                parts.entrySet().removeIf(part -> !new Version(part.getValue().clock(), part.getKey()).isAbove(floor)));
        return joined;
    }

    private static SortedMap<String, Observed> observed(RowState a, RowState b, Version floor) {
        var joined = new TreeMap<String, Observed>();
        var columns = new TreeSet<>(a.observed().keySet());
        columns.addAll(b.observed().keySet());
        for (String column : columns) {
            joined.put(
                    column,
                    Observed.join(
                            a.observed().getOrDefault(column, Observed.NOTHING),
                            b.observed().getOrDefault(column, Observed.NOTHING),
                            floor));
        }
        return joined;
    }
}
