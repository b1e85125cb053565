package io.meridian.agent.stream;

import java.time.Duration;

/**
 * What the data path is to live through.
 *
 * @param longest how long a region may be away and still find what it lacks in the others' topics. A day covers a night and the morning after; what
 *     is longer is a lost region, which is made anew
 * @param retainedWarnBytes a slot that holds back more of the store's log than this is told of: capture does not keep up, or stands still
 */
public record Outages(Duration longest, long retainedWarnBytes) {
    public static final Outages DEFAULT = new Outages(Duration.ofHours(24), 1L << 30);
}
