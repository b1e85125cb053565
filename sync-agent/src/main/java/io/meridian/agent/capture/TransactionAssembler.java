package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages to whole transactions; remembers the tables that the stream described. A transaction applied by us is dropped. */
final class TransactionAssembler {
    private final String ourOrigins;
    private final Map<Integer, Relation> relations = new HashMap<>();
    private List<SourceChange> changes = new ArrayList<>();
    private boolean inside;
    private boolean ours;

    /** @param ourOrigins beginning of the names of our replication origins */
    TransactionAssembler(String ourOrigins) {
        this.ourOrigins = ourOrigins;
    }

    boolean insideTransaction() {
        return inside;
    }

    /** The transaction that {@code message} ends, unless it ends none, or one of ours. */
    Optional<SourceTransaction> add(PgoutputMessage message) {
        switch (message) {
            case PgoutputMessage.Begin _ -> begin();
            case PgoutputMessage.Origin origin -> ours = ours || origin.name().startsWith(ourOrigins);
            case PgoutputMessage.Described described -> relations.put(described.oid(), described.relation());
            case PgoutputMessage.Insert insert ->
                changes.add(new SourceChange.Inserted(relation(insert.oid()), insert.row()));
            case PgoutputMessage.Update update -> changes.add(updated(update));
            case PgoutputMessage.Delete delete -> {
                Relation relation = relation(delete.oid());
                changes.add(new SourceChange.Deleted(relation, before(relation, delete.old())));
            }
            case PgoutputMessage.Truncate truncate ->
                truncate.oids().forEach(oid -> changes.add(new SourceChange.Truncated(relation(oid))));
            case PgoutputMessage.Other _ -> {}
            case PgoutputMessage.Commit commit -> {
                return commit(commit);
            }
        }
        return Optional.empty();
    }

    private void begin() {
        if (inside) {
            throw new IllegalStateException("pgoutput began a transaction inside another");
        }
        inside = true;
        ours = false;
        changes = new ArrayList<>();
    }

    private Optional<SourceTransaction> commit(PgoutputMessage.Commit commit) {
        if (!inside) {
            throw new IllegalStateException("pgoutput ended a transaction that it had not begun");
        }
        inside = false;
        List<SourceChange> whole = ours ? List.of() : changes;
        changes = new ArrayList<>();
        return Optional.of(new SourceTransaction(commit.endLsn(), commit.commitMicros(), whole));
    }

    private SourceChange updated(PgoutputMessage.Update update) {
        Relation relation = relation(update.oid());
        Optional<List<Value>> before = update.old().map(old -> before(relation, old));
        boolean whole = update.old().map(PgoutputMessage.OldTuple::whole).orElse(false);
        List<Value> row = whole ? filled(update.row(), before.orElseThrow()) : update.row();
        return new SourceChange.Updated(relation, before, row);
    }

    /** A key's tuple has null in all other columns: they are unknown, not null. */
    private static List<Value> before(Relation relation, PgoutputMessage.OldTuple old) {
        if (old.whole()) {
            return old.values();
        }
        List<Value> key = new ArrayList<>(old.values());
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

    private Relation relation(int oid) {
        Relation relation = relations.get(oid);
        if (relation == null) {
            throw new IllegalStateException("pgoutput changed table " + oid + " without describing it");
        }
        return relation;
    }
}
