package io.meridian.control.safety;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.topology.ProblemType;
import java.util.List;
import java.util.Optional;

/** The brake is a wish about a state, so putting it on twice, or releasing it when it is off, changes nothing. */
public final class BrakeDecider {
    private BrakeDecider() {}

    /** The first reason stands: a second person who brakes does not hide why the first one did. */
    public static Answer brake(ControlState state, Command.Brake asked) {
        if (asked.reason().isBlank()) {
            return Answer.no(ProblemType.INVALID_ARGUMENT, "a brake has a reason, for those who find it on");
        }
        return state.safety().brake().isPresent()
                ? Answer.yes(List.of())
                : Answer.yes(List.of(new Event.SafetyChanged(
                        new Safety(Optional.of(new Safety.Brake(asked.reason(), asked.now()))))));
    }

    public static Answer release(ControlState state) {
        return state.safety().brake().isEmpty()
                ? Answer.yes(List.of())
                : Answer.yes(List.of(new Event.SafetyChanged(Safety.none())));
    }
}
