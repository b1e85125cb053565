package io.meridian.agent.apply;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.util.List;

/** What shall become of one row of the store. */
sealed interface RowEffect {
    Relation relation();

    /** The row with this key shall be as given, all columns known. */
    record Put(Relation relation, List<Value> row) implements RowEffect {}

    /** The row exists and gets the columns that are known; the others stay. */
    record Patch(Relation relation, List<Value> row) implements RowEffect {}

    /** The row exists under {@code oldKey} and gets the columns that are known, its key among them. */
    record Rekey(Relation relation, List<Value> oldKey, List<Value> row) implements RowEffect {}

    /** @param oldKey values of the key's columns; others may be unchanged */
    record Remove(Relation relation, List<Value> oldKey) implements RowEffect {}
}
