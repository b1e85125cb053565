package io.meridian.conflict.merge;

import java.util.Collection;
import java.util.Optional;

/**
 * When a tombstone may go. A region's watermark is a clock below which every change of every region is in there, and above which its own changes will
 * be. What lies below the lowest watermark of all regions cannot be met by anything that still travels. Collected any earlier, an older change that is
 * still on its way brings the row back here and nowhere else.
 */
public final class Tombstones {
    private Tombstones() {}

    /** @param watermarks of all member regions, this one too; empty where one is not known, and then nothing may go */
    public static boolean mayGo(RowState state, Collection<Optional<Long>> watermarks) {
        return !state.alive()
                && !watermarks.isEmpty()
                && watermarks.stream()
                        .allMatch(mark -> mark.isPresent() && state.version().clock() < mark.get());
    }
}
