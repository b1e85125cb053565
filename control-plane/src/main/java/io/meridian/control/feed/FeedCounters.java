package io.meridian.control.feed;

import java.util.concurrent.atomic.LongAdder;

/** What the streams of this node have sent, and how many of them were dropped, since it started. */
final class FeedCounters {
    final LongAdder sent = new LongAdder();
    final LongAdder dropped = new LongAdder();
}
