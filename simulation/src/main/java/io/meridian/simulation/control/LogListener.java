package io.meridian.simulation.control;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;

/** Told of each command that was decided, right when it is. */
public interface LogListener {
    void applied(Command command, ControlState before, ControlState after);
}
