package io.meridian.agent.orphan;

import io.meridian.agent.apply.RowWrites;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.Value;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what an orphan, or a policy's answer to one, makes of the owner's row; or says why the store cannot take it. Triggers do not fire. */
final class Salvage {
    private final Connection store;
    private final Meeting meeting;
    private final ForeignKeys foreignKeys;

    Salvage(Connection store, Meeting meeting) {
        this.store = store;
        this.meeting = meeting;
        this.foreignKeys = new ForeignKeys(store, meeting.table());
    }

    /** Until the transaction ends. As with what an applier writes: what triggers made of it where it was made is in the log too. */
    static void withoutTriggers(Connection store) throws SQLException {
        try (Statement statement = store.createStatement()) {
            statement.execute("set local session_replication_role = replica");
        }
    }

    /** @return why not; empty: written. Where it is refused, the caller rolls back what was written of it */
    Optional<String> theirs() throws SQLException {
        return switch (meeting.orphan().change()) {
            case RowChange.Insert insert
            when insert.row().contains(Value.UNCHANGED) ->
                Optional.of("the log does not hold all of the row, which came from another shard");
            case RowChange.Insert insert -> written(insert);
            case RowChange.Update update -> updated(update);
            case RowChange.Delete delete -> {
                Optional<String> referred = foreignKeys.referred(meeting.keys().getFirst());
                yield referred.isPresent() ? referred : write(delete);
            }
        };
    }

    private Optional<String> updated(RowChange.Update update) throws SQLException {
        List<String> before = meeting.keys().getLast();
        if (update.row().contains(Value.UNCHANGED)
                && meeting.table().row(store, before).isEmpty()) {
            return Optional.of("the row is not here, and the log does not hold all of it");
        }
        if (meeting.keys().size() > 1) {
            Optional<String> referred = foreignKeys.referred(before);
            if (referred.isPresent()) {
                return referred;
            }
        }
        return written(update);
    }

    /** @param row columns with their new values */
    Optional<String> merged(Map<String, Optional<String>> row) throws SQLException {
        Map<String, Optional<String>> ours = meeting.ours().orElse(Map.of());
        List<String> key =
                meeting.table().key().stream().map(column -> column.name()).toList();
        var relation = new Relation(
                meeting.table().table().schema(),
                meeting.table().table().name(),
                meeting.table().columns().stream()
                        .filter(column -> row.containsKey(column) || ours.containsKey(column))
                        .map(column -> new Relation.Column(column, key.contains(column)))
                        .toList());
        if (!ours.isEmpty()
                && key.stream()
                        .anyMatch(column -> row.containsKey(column)
                                && !row.getOrDefault(column, Optional.empty()).equals(ours.get(column)))) {
            return Optional.of("the table's policy gave the row another key");
        }
        List<Value> values = relation.columns().stream()
                .map(column ->
                        value(row.getOrDefault(column.name(), ours.getOrDefault(column.name(), Optional.empty()))))
                .toList();
        return written(new RowChange.Insert(relation, meeting.orphan().origin().shard(), values));
    }

    /** @param before the row, or empty: there was none @return why not; empty: written */
    Optional<String> restored(Optional<Map<String, Optional<String>>> before) throws SQLException {
        if (before.isPresent()) {
            return merged(before.get());
        }
        List<String> key = meeting.keys().getFirst();
        Optional<String> referred = foreignKeys.referred(key);
        if (referred.isPresent()) {
            return referred;
        }
        var relation = new Relation(
                meeting.table().table().schema(),
                meeting.table().table().name(),
                meeting.table().key().stream()
                        .map(column -> new Relation.Column(column.name(), true))
                        .toList());
        return write(new RowChange.Delete(
                relation,
                meeting.orphan().origin().shard(),
                key.stream().map(Value::of).toList()));
    }

    private static Value value(Optional<String> text) {
        return text.map(Value::of).orElse(Value.NULL);
    }

    private Optional<String> written(RowChange change) throws SQLException {
        Optional<String> refusal = write(change);
        return refusal.isPresent()
                ? refusal
                : foreignKeys.dangling(meeting.keys().getFirst());
    }

    private Optional<String> write(RowChange change) throws SQLException {
        try {
            new RowWrites(store).write(change);
            return Optional.empty();
        } catch (SQLException | RuntimeException e) {
            Optional<String> refusal = RowWrites.refusal(e);
            if (refusal.isPresent() && !(e instanceof IllegalStateException)) {
                return refusal;
            }
            throw e;
        }
    }
}
