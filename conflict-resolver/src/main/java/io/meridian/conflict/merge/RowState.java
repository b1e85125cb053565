package io.meridian.conflict.merge;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;

/**
 * All that is known of one key: a row, or a tombstone. A tombstone keeps what the row was made of, since an update that comes after the delete, and
 * did not know of it, brings the row back. Values are a function of the rest, but for columns that somebody's value won.
 *
 * @param version of the last change, a delete included
 * @param alive the last change was no delete
 * @param floor contributions and elements up to here are void: the row was deleted and inserted anew
 * @param rowWritten last change of the columns that have one last writer together
 * @param columnsWritten of columns that have one each
 * @param contributions by column and region
 * @param observed by column
 * @param values by column, without the key
 */
public record RowState(
        Version version,
        boolean alive,
        Version floor,
        Version rowWritten,
        SortedMap<String, Version> columnsWritten,
        SortedMap<String, SortedMap<String, Contribution>> contributions,
        SortedMap<String, Observed> observed,
        SortedMap<String, Optional<String>> values) {

    /** A row, or a tombstone, of a table whose rows have one last writer each. @param values of a row; none, of a tombstone */
    public static RowState whole(Version version, boolean alive, SortedMap<String, Optional<String>> values) {
        return new RowState(
                version,
                alive,
                Version.NONE,
                alive ? version : Version.NONE,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                alive ? values : Collections.emptySortedMap());
    }

    RowState withValues(SortedMap<String, Optional<String>> now) {
        return new RowState(version, alive, floor, rowWritten, columnsWritten, contributions, observed, now);
    }
}
