package io.meridian.simulation.control;

import io.meridian.control.state.Receipt;
import io.meridian.topology.Problem;

/** What a node learns of a command that it proposed. */
public sealed interface Outcome {
    record Committed(Receipt receipt) implements Outcome {}

    record Refused(Problem why) implements Outcome {}

    /** Perhaps it is in the log, perhaps it will be, perhaps not. */
    record Unknown() implements Outcome {}
}
