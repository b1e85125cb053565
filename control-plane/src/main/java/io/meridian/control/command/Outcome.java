package io.meridian.control.command;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.Receipt;
import io.meridian.topology.Problem;

/** What became of a command. */
public sealed interface Outcome {
    /** @param receipt its revision is the state's right after the command */
    record Committed(Receipt receipt) implements Outcome {}

    /** @param then what the state would be; nothing was done */
    record Previewed(Receipt receipt, ControlState then) implements Outcome {}

    record Refused(Problem why) implements Outcome {}

    /** Neither yes nor no: whoever needs to know asks again, people's commands with the same key. */
    record Unknown(String detail) implements Outcome {}
}
