package io.meridian.conflict.merge;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the store's trigger makes of an application's statement: {@code 055_multi_writer_table.sql} in Java, for one key. */
final class LocalWrite {
    private final TableRule rule;
    private final Version at;

    LocalWrite(TableRule rule, Version at) {
        this.rule = rule;
        this.at = at;
    }

    /** Sets are given as their elements, joined by commas. */
    RowState insert(Version floor, Map<String, String> row) {
        RowState nothing = new RowState(
                Version.NONE,
                true,
                floor,
                Version.NONE,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap());
        return write(nothing, row, true);
    }

    RowState update(RowState before, Map<String, String> row) {
        return write(before, row, false);
    }

    RowState delete(RowState before) {
        return rule.wholeRow()
                ? RowState.whole(at, false, Collections.emptySortedMap())
                : new RowState(
                        at,
                        false,
                        before.floor(),
                        before.rowWritten(),
                        before.columnsWritten(),
                        before.contributions(),
                        before.observed(),
                        before.values());
    }

    private RowState write(RowState before, Map<String, String> row, boolean inserted) {
        var values = new TreeMap<>(before.values());
        var columns = new TreeMap<>(before.columnsWritten());
        var contributions = new TreeMap<>(before.contributions());
        var observed = new TreeMap<>(before.observed());
        Version rowWritten = before.rowWritten();
        for (var entry : row.entrySet()) {
            String column = entry.getKey();
            String now = entry.getValue();
            Optional<String> old = before.values().getOrDefault(column, Optional.empty());
            if (!inserted && old.equals(Optional.of(now))) {
                continue;
            }
            values.put(column, Optional.of(now));
            SortedMap<String, Contribution> parts =
                    new TreeMap<>(contributions.getOrDefault(column, Collections.emptySortedMap()));
            Observed known = observed.getOrDefault(column, Observed.NOTHING);
            switch (rule.of(column)) {
                case Resolution.LastWriter _ -> rowWritten = at;
                case Resolution.ByColumn _ -> columns.put(column, at);
                case Resolution.Counter _ -> {
                    var delta = new BigDecimal(now).subtract(new BigDecimal(old.orElse("0")));
                    var mine = parts.get(at.region());
                    var sum = mine == null
                            ? delta
                            : delta.add(new BigDecimal(mine.value().orElse("0")));
                    parts.put(at.region(), new Contribution(at.clock(), Optional.of(sum.toPlainString())));
                    contributions.put(column, parts);
                }
                case Resolution.Max _, Resolution.Min _ -> {
                    var mine = parts.get(at.region());
                    boolean max = rule.of(column) instanceof Resolution.Max;
                    var all = new java.util.ArrayList<>(List.of(new Contribution(at.clock(), Optional.of(now))));
                    if (mine != null) {
                        all.add(mine);
                    }
                    parts.put(
                            at.region(),
                            new Contribution(at.clock(), max ? Extreme.greatest(all) : Extreme.least(all)));
                    contributions.put(column, parts);
                    values.put(column, max ? Extreme.greatest(parts.values()) : Extreme.least(parts.values()));
                }
                case Resolution.SetUnion _ -> {
                    var in = new TreeMap<String, SortedMap<String, Long>>();
                    for (String element : elements(now)) {
                        in.put(
                                element,
                                known.elements().getOrDefault(element, new TreeMap<>(Map.of(at.region(), at.clock()))));
                    }
                    observed.put(column, new Observed(seen(known), in));
                    values.put(column, Optional.of(SetText.write(in.keySet())));
                }
                case Resolution.Custom _ -> {
                    var in = new TreeMap<String, SortedMap<String, Long>>();
                    in.put(Concurrent.element(Optional.of(now)), new TreeMap<>(Map.of(at.region(), at.clock())));
                    observed.put(column, new Observed(seen(known), in));
                }
            }
        }
        return rule.wholeRow()
                ? RowState.whole(at, true, values)
                : new RowState(at, true, before.floor(), rowWritten, columns, contributions, observed, values);
    }

    private SortedMap<String, Long> seen(Observed known) {
        var seen = new TreeMap<>(known.seen());
        seen.put(at.region(), at.clock());
        return seen;
    }

    static Set<String> elements(String text) {
        String inside = text.startsWith("{") ? text.substring(1, text.length() - 1) : text;
        return inside.isEmpty() ? Set.of() : Set.of(inside.replace("\"", "").split(","));
    }
}
