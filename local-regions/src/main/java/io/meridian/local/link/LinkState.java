package io.meridian.local.link;

import java.time.Duration;

/**
 * How one kind of traffic of a link is: one direction of opening connections between two regions.
 *
 * @param delay of each way; twice of it is the round trip
 * @param lossPercent of what passes is sent once more by TCP: it stands still for a retransmission, and so does what follows on its connection
 */
public record LinkState(Passage passage, Duration delay, int lossPercent) {
    /** Nothing is lost. */
    public LinkState(Passage passage, Duration delay) {
        this(passage, delay, 0);
    }

    /** Ascending in how bad it is. */
    public enum Passage {
        /** Bytes flow. */
        UP,
        /** Connections stay, new ones open, and no byte passes: a network that swallows packets. */
        STALLED,
        /** Connections are refused, and those that were open are reset. */
        DOWN
    }

    public static final LinkState UP = new LinkState(Passage.UP, Duration.ZERO);
    public static final LinkState STALLED = new LinkState(Passage.STALLED, Duration.ZERO);
    public static final LinkState DOWN = new LinkState(Passage.DOWN, Duration.ZERO);
}
