package io.meridian.control.feed;

import io.meridian.control.state.Revision;
import java.util.OptionalLong;

/**
 * The feeds of this node, for metrics.
 *
 * @param sent messages since the start
 * @param dropped streams that took nothing for too long
 * @param oldestTold the lowest revision that a stream was told last; empty: nobody was told any
 */
public record FeedFigures(long agents, long routers, long sent, long dropped, OptionalLong oldestTold) {
    /** By how many revisions the slowest stream is behind {@code now}. */
    public long behind(Revision now) {
        return oldestTold.isEmpty() ? 0 : Math.max(0, now.number() - oldestTold.getAsLong());
    }
}
