package io.meridian.conflict.merge;

import java.util.Map;

/**
 * How a table's rows are merged.
 *
 * @param others of every column that is not in {@code columns}, of such as a migration adds later too
 */
public record TableRule(Resolution others, Map<String, Resolution> columns) {
    public static final TableRule LAST_WRITER_WINS = new TableRule(new Resolution.LastWriter(), Map.of());
    public static final TableRule COLUMN_WISE = new TableRule(new Resolution.ByColumn(), Map.of());

    public Resolution of(String column) {
        return columns.getOrDefault(column, others);
    }

    /** The row as a whole has one last writer: its version is all there is to know, and a deleted one leaves nothing behind but its version. */
    public boolean wholeRow() {
        return others instanceof Resolution.LastWriter
                && columns.values().stream().allMatch(Resolution.LastWriter.class::isInstance);
    }
}
