package io.meridian.agent.capture.debezium;

import io.meridian.agent.capture.SourceChange;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table as the log described it last, with the key that is pinned for it; makes changes of rows, and refuses rows that contradict the key. */
record DescribedTable(Relation relation, PinnedKey pin) {
    static DescribedTable of(String schema, String table, List<String> columns, PinnedKey pin) {
        List<Relation.Column> described = columns.stream()
                .map(column -> new Relation.Column(column, pin.key().has(column)))
                .toList();
        if (!columns.containsAll(pin.key().columns())) {
            throw new StreamStoppedException("the log describes " + schema + "." + table
                    + " without all of its key's columns " + pin.key().columns() + ": " + KeyPins.cure());
        }
        return new DescribedTable(new Relation(schema, table, described), pin);
    }

    SourceChange inserted(List<Value> row) {
        return new SourceChange.Inserted(relation, row);
    }

    /** @param old the tuple that Debezium kept without its kind: the key or the whole row */
    SourceChange updated(Optional<List<Value>> old, List<Value> row) {
        if (!pin.key().whole()) {
            return new SourceChange.Updated(relation, old.map(this::key), row);
        }
        List<Value> before = old.orElseThrow(() -> contradiction("an update came without the row before it"));
        return new SourceChange.Updated(relation, old, filled(row, before));
    }

    SourceChange deleted(List<Value> old) {
        return new SourceChange.Deleted(relation, pin.key().whole() ? old : key(old));
    }

    /** A key's tuple has null in all other columns, and nowhere else: so it shows of which columns the key was when it was written. */
    private List<Value> key(List<Value> tuple) {
        List<Value> key = new ArrayList<>(tuple);
        for (int index = 0; index < key.size(); index++) {
            boolean present = !(key.get(index) instanceof Value.Null);
            if (present != relation.columns().get(index).key()) {
                throw contradiction("the old key in the log has other columns");
            }
            if (!present) {
                key.set(index, Value.UNCHANGED);
            }
        }
        return key;
    }

    /** An unchanged TOASTed value is left out of the new row, and is never null: a null before it is a column that a key leaves out. */
    private List<Value> filled(List<Value> row, List<Value> before) {
        List<Value> filled = new ArrayList<>(row);
        for (int index = 0; index < filled.size(); index++) {
            if (filled.get(index) instanceof Value.Unchanged) {
                if (before.get(index) instanceof Value.Null) {
                    throw contradiction("the row before an update has only a key");
                }
                filled.set(index, before.get(index));
            }
        }
        return filled;
    }

    private StreamStoppedException contradiction(String what) {
        return new StreamStoppedException("the key " + pin.key().columns() + " (replica identity "
                + pin.key().identity() + ") of " + relation.qualifiedName()
                + " is not the one under which the log was written (" + what + "): " + KeyPins.cure());
    }
}
