package io.meridian.agent.orphan;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.agent.record.Decision.Verdict;
import io.meridian.agent.record.Origin;
import io.meridian.agent.record.Orphan;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An orphan that was decided, and how it stands.
 *
 * @param standing what was decided, or what a person made of that since
 * @param reason of the decision
 * @param ours the row before the decision as {@link RowText} shows it; empty: there was none
 */
record Settled(Orphan orphan, Verdict standing, String reason, String ours) {
    /** @return empty: no such orphan, or nothing is known of it yet but its decision, or it is not decided */
    static Optional<Settled> find(Connection store, Origin origin) throws SQLException {
        try (PreparedStatement query = store.prepareStatement("""
                select o.source, o.incarnation, o.position::text as position, o.part, o.shard, o.index, o.epoch, o.content::text as content, o.partitions,
                    (extract(epoch from o.committed_at) * 1000000)::bigint as committed_micros, coalesce(o.ours::text, '') as ours, o.reason,
                    coalesce((select verdict from (%s) newest), o.decision) as standing
                from meridian.orphan o
                join unnest(?::text[], ?::text[], ?::pg_lsn[], ?::int[], ?::int[], ?::int[]) g (source, incarnation, position, part, shard, index)
                    using (source, incarnation, position, part, shard, index)
                where o.decision is not null and o.content is not null
                """.formatted(RevisionRows.NEWEST))) {
            OrphanRows.named(query, 1, List.of(origin));
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Settled(
                                OrphanRows.orphan(row),
                                Verdict.valueOf(row.getString("standing")),
                                row.getString("reason"),
                                row.getString("ours")))
                        : Optional.empty();
            }
        }
    }

    /** Whether nobody wrote the rows since: they are as the decision, or the revision of it, left them. False where that cannot be said. */
    boolean asLeft(List<Optional<Map<String, Optional<String>>>> present) {
        return switch (standing) {
            case SALVAGED -> hasWhatWasWritten(present);
            case REJECTED ->
                present.size() == 1
                        && !RowText.isCut(ours)
                        && RowText.shown(present.getFirst()).equals(normal(ours));
            case MERGED, DROPPED -> false;
        };
    }

    private boolean hasWhatWasWritten(List<Optional<Map<String, Optional<String>>>> present) {
        boolean oldKeyIsFree = present.stream().skip(1).allMatch(Optional::isEmpty);
        return oldKeyIsFree
                && switch (orphan.change()) {
                    case RowChange.Insert insert -> isLeftBy(insert, insert.row(), present.getFirst());
                    case RowChange.Update update -> isLeftBy(update, update.row(), present.getFirst());
                    case RowChange.Delete _ -> present.getFirst().isEmpty();
                };
    }

    /**
     * Each column is as the orphan wrote it, or, where the log did not hold it or its table had none of that name, as it was before. A column of which neither is
     * known may have been written.
     */
    private boolean isLeftBy(RowChange change, List<Value> written, Optional<Map<String, Optional<String>>> present) {
        if (present.isEmpty()) {
            return false;
        }
        Map<String, Optional<String>> left = new HashMap<>(before().orElse(Map.of()));
        left.values().removeIf(value -> value.filter(RowText::isCutValue).isPresent());
        for (int index = 0; index < written.size(); index++) {
            String column = change.relation().columns().get(index).name();
            switch (written.get(index)) {
                case Value.Text text -> left.put(column, Optional.of(text.text()));
                case Value.Null _ -> left.put(column, Optional.empty());
                case Value.Unchanged _ -> {}
            }
        }
        return present.get().entrySet().stream()
                .allMatch(column -> column.getValue().equals(left.get(column.getKey())));
    }

    /** The row of before, columns to values; empty: there was none. */
    Optional<Map<String, Optional<String>>> before() {
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Optional<String>> row = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> column : ChangeText.parsed(ours).properties()) {
            row.put(
                    column.getKey(),
                    column.getValue().isNull()
                            ? Optional.empty()
                            : Optional.of(column.getValue().asText()));
        }
        return Optional.of(row);
    }

    private static String normal(String shown) {
        return shown.isEmpty() ? "" : ChangeText.parsed(shown).toString();
    }
}
