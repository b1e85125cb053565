package io.meridian.control.raft;

import io.meridian.control.state.Receipt;
import io.meridian.topology.Problem;

/** What the log answers to a command. */
sealed interface Reply {
    record Accepted(Receipt receipt) implements Reply {}

    record Refused(Problem why) implements Reply {}
}
