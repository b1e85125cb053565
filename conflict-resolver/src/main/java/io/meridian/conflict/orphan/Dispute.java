package io.meridian.conflict.orphan;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A write that lost its place, and the row that it meets. Rows are columns to the text that PostgreSQL sends, with {@code DateStyle=ISO, TimeZone=UTC};
 * empty is null; a column that is not known is left out.
 *
 * @param table with its schema
 * @param theirs the row as the write left it; of an UPDATE without what the log does not hold (unchanged, stored apart from its row); of a DELETE nothing
 * @param before the row that it changed or deleted, as far as the log holds it: whole where {@code REPLICA IDENTITY FULL}
 * @param rekeyed it gave the row another primary key; {@code ours} is under the new one
 * @param ours the row as its owner has it; empty: there is none
 * @param committedMicros when the write was committed, microseconds since 1970, by its region's clock
 * @param touchedMicros when the row was last written since, by its owner's clock; empty: not known
 */
public record Dispute(
        String table,
        Operation operation,
        Map<String, Optional<String>> theirs,
        Map<String, Optional<String>> before,
        boolean rekeyed,
        Optional<Map<String, Optional<String>>> ours,
        long committedMicros,
        OptionalLong touchedMicros) {
    public enum Operation {
        INSERT,
        UPDATE,
        DELETE
    }
}
