package io.meridian.local.link;

import java.time.Duration;

/** How one kind of traffic of a link is: one direction of opening connections between two regions. */
public record LinkState(Passage passage, Duration delay) {
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
