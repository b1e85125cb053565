package io.meridian.agent.apply;

import io.meridian.agent.record.Relation;
import java.util.List;
import java.util.Map;

/**
 * A table as it is in this region's store.
 *
 * @param columns each with its type as SQL names it, without the modifier: a cast by {@code varchar(3)} would cut what is longer, the assignment refuses it
 * @param key columns of the primary key, in its order
 */
record TableShape(String schema, String table, Map<String, String> columns, List<String> key) {
    /** @throws CannotApplyException the change has a column that this table lacks */
    void mustHold(Relation relation) {
        for (Relation.Column column : relation.columns()) {
            if (!columns.containsKey(column.name())) {
                throw new CannotApplyException("column " + column.name() + " of " + relation.qualifiedName()
                        + " is in the stream but not in this region's store: run the migration here too");
            }
        }
        for (String name : key) {
            if (relation.indexOf(name) < 0) {
                throw new CannotApplyException("key column " + name + " of " + relation.qualifiedName()
                        + " is in this region's store but not in the stream");
            }
        }
    }
}
