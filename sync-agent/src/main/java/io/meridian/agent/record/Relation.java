package io.meridian.agent.record;

import java.util.List;

/** Columns of a table as the log described them when the change was made. */
public record Relation(String schema, String table, List<Column> columns) {
    /** @param key part of the replica identity */
    public record Column(String name, boolean key) {}

    /** Place of the column, or -1. */
    public int indexOf(String column) {
        for (int index = 0; index < columns.size(); index++) {
            if (columns.get(index).name().equals(column)) {
                return index;
            }
        }
        return -1;
    }

    public String qualifiedName() {
        return schema + "." + table;
    }
}
