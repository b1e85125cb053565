package io.meridian.control.feed;

import io.meridian.control.command.CommandPort;
import io.meridian.control.state.StateSource;
import java.util.function.BooleanSupplier;

/** What all streams of this node share. */
record FeedNode(
        String name,
        StateSource source,
        CommandPort port,
        Attached attached,
        Proposer proposer,
        BooleanSupplier leader,
        FeedCounters counters) {
    /** And reached. */
    boolean leaderKnown() {
        return leader.getAsBoolean();
    }
}
