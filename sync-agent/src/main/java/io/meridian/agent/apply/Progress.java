package io.meridian.agent.apply;

import io.meridian.conflict.StreamPosition;

/**
 * How far one partition of one source was applied. What decides is the position; the offset only tells where to look.
 *
 * @param copyOffset of the last record applied, in the copy log; -1: none
 */
record Progress(StreamPosition applied, long copyOffset) {
    static final Progress NONE = new Progress(new StreamPosition.Beginning(), -1);
}
