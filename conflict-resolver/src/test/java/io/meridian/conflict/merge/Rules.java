package io.meridian.conflict.merge;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables that the histories are about, by turns. */
final class Rules {
    static final ValueResolver LONGEST = new ValueResolver() {
        @Override
        public String name() {
            return "longest";
        }

        @Override
        public Optional<String> resolve(Candidate one, Candidate other) {
            String a = one.value().orElse("");
            String b = other.value().orElse("");
            boolean first = a.length() != b.length() ? a.length() > b.length() : a.compareTo(b) >= 0;
            return first ? one.value() : other.value();
        }
    };

    private static final Map<String, Resolution> COLUMNS = Map.of(
            "n", new Resolution.Counter(),
            "hi", new Resolution.Max(),
            "lo", new Resolution.Min(),
            "tags", new Resolution.SetUnion(),
            "note", new Resolution.Custom(LONGEST));

    static final TableRule MIXED = new TableRule(new Resolution.LastWriter(), COLUMNS);
    static final TableRule MIXED_BY_COLUMN = new TableRule(new Resolution.ByColumn(), COLUMNS);

    static final List<TableRule> ALL =
            List.of(TableRule.LAST_WRITER_WINS, TableRule.COLUMN_WISE, MIXED, MIXED_BY_COLUMN);

    private Rules() {}
}
