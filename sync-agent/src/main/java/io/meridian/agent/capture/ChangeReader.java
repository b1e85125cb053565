package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Messages of one transaction to changes, from its beginning: each change is read with the table as it was described last before it. Pure. */
final class ChangeReader {
    private final boolean streamed;
    private final Map<Integer, Relation> before;
    private final Set<Integer> undone;
    private final Map<Integer, Relation> within = new HashMap<>();

    /**
     * @param before tables as they were described before the transaction; a streamed one describes all of its own
     * @param undone subtransactions that were rolled back
     */
    ChangeReader(boolean streamed, Map<Integer, Relation> before, Set<Integer> undone) {
        this.streamed = streamed;
        this.before = before;
        this.undone = undone;
    }

    List<SourceChange> read(ByteBuffer message) {
        return switch (PgoutputDecoder.decode(message, streamed)) {
            case PgoutputMessage.Streamed inStream -> read(inStream.content(), undone.contains(inStream.subXid()));
            case PgoutputMessage.Content content -> read(content, false);
            case PgoutputMessage other -> throw new IllegalStateException("not part of a transaction: " + other);
        };
    }

    /** A table that was described in a subtransaction stays described when that one is rolled back: the store does not say it again. */
    private List<SourceChange> read(PgoutputMessage.Content content, boolean rolledBack) {
        if (content instanceof PgoutputMessage.Described described) {
            within.put(described.oid(), described.relation());
            return List.of();
        }
        return rolledBack ? List.of() : changes(content);
    }

    private List<SourceChange> changes(PgoutputMessage.Content content) {
        return switch (content) {
            case PgoutputMessage.Insert insert -> {
                Relation relation = relation(insert.oid());
                yield List.of(new SourceChange.Inserted(relation, fitting(relation, insert.row())));
            }
            case PgoutputMessage.Update update -> List.of(updated(update));
            case PgoutputMessage.Delete delete -> {
                Relation relation = relation(delete.oid());
                yield List.of(new SourceChange.Deleted(relation, before(relation, delete.old())));
            }
            case PgoutputMessage.Truncate truncate -> {
                List<SourceChange> truncated = new ArrayList<>();
                truncate.oids().forEach(oid -> truncated.add(new SourceChange.Truncated(relation(oid))));
                yield truncated;
            }
            case PgoutputMessage.Described _, PgoutputMessage.Other _ -> List.of();
        };
    }

    private SourceChange updated(PgoutputMessage.Update update) {
        Relation relation = relation(update.oid());
        Optional<List<Value>> before = update.old().map(old -> before(relation, old));
        boolean whole = update.old().map(PgoutputMessage.OldTuple::whole).orElse(false);
        List<Value> row = fitting(relation, update.row());
        return new SourceChange.Updated(relation, before, whole ? filled(row, before.orElseThrow()) : row);
    }

    /** A key's tuple has null in all other columns: they are unknown, not null. */
    private static List<Value> before(Relation relation, PgoutputMessage.OldTuple old) {
        if (old.whole()) {
            return fitting(relation, old.values());
        }
        List<Value> key = new ArrayList<>(fitting(relation, old.values()));
        for (int index = 0; index < key.size(); index++) {
            if (!relation.columns().get(index).key()) {
                key.set(index, Value.UNCHANGED);
            }
        }
        return key;
    }

    /** An unchanged TOASTed value is left out of the new row; the old one has it when it came whole. */
    private static List<Value> filled(List<Value> row, List<Value> before) {
        List<Value> filled = new ArrayList<>(row);
        for (int index = 0; index < filled.size(); index++) {
            if (filled.get(index) instanceof Value.Unchanged) {
                filled.set(index, before.get(index));
            }
        }
        return filled;
    }

    private static List<Value> fitting(Relation relation, List<Value> values) {
        if (values.size() != relation.columns().size()) {
            throw new IllegalStateException("pgoutput sent a row of " + values.size() + " values for "
                    + relation.qualifiedName() + ", which it described with "
                    + relation.columns().size() + " columns");
        }
        return values;
    }

    private Relation relation(int oid) {
        Relation relation = within.get(oid);
        if (relation == null) {
            relation = before.get(oid);
        }
        if (relation == null) {
            throw new IllegalStateException(
                    "pgoutput changed table " + Integer.toUnsignedString(oid) + " without describing it");
        }
        return relation;
    }
}
