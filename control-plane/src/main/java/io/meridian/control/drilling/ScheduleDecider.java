package io.meridian.control.drilling;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.drilling.DrillSchedule.Declared;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.Revision;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which schedules there are. What becomes of what they say is due, {@link ScheduledDrills} decides. */
public final class ScheduleDecider {
    private ScheduleDecider() {}

    /** Asked for by whoever may start such a drill; what stands in the way of one today says nothing of the day when it is due. */
    public static Answer put(ControlState state, String by, Command.PutSchedule asked) {
        Declared wanted = asked.declared();
        Optional<DrillSchedule> before = state.drills().schedule(wanted.name());
        Optional<Problem> refused = conflict(wanted.name(), before, asked.onlyAt())
                .or(() -> DrillDecider.unnamed(state, wanted.scenario(), wanted.region()));
        if (refused.isPresent()) {
            return new Answer.No(refused.get());
        }
        if (before.isEmpty() && state.drills().schedules().size() >= Drills.SCHEDULES) {
            return Answer.no(
                    ProblemType.LIMIT_REACHED,
                    "there are " + Drills.SCHEDULES + " schedules, and no more than that are kept; remove some");
        }
        return declared(state, by, asked.now(), before, wanted);
    }

    /** Enables or disables it. */
    public static Answer turn(ControlState state, String by, Command.TurnSchedule asked) {
        Optional<DrillSchedule> before = state.drills().schedule(asked.name());
        if (before.isEmpty()) {
            return unknown(asked.name());
        }
        Optional<Problem> refused = conflict(asked.name(), before, asked.onlyAt());
        return refused.isPresent()
                ? new Answer.No(refused.get())
                : declared(
                        state, by, asked.now(), before, before.get().declared().enabled(asked.enabled()));
    }

    /** A drill that it has asked for goes on as one that a person asked for. */
    public static Answer remove(ControlState state, Command.RemoveSchedule asked) {
        Optional<DrillSchedule> before = state.drills().schedule(asked.name());
        if (before.isEmpty()) {
            return unknown(asked.name());
        }
        Optional<Problem> refused = conflict(asked.name(), before, asked.onlyAt());
        return refused.isPresent()
                ? new Answer.No(refused.get())
                : new Answer.Yes(List.of(new Event.ScheduleRemoved(asked.name())), asked.name(), List.of());
    }

    private static Answer declared(
            ControlState state, String by, Instant now, Optional<DrillSchedule> before, Declared wanted) {
        if (before.filter(known -> known.declared().equals(wanted)).isPresent()) {
            return new Answer.Yes(List.of(), wanted.name(), List.of());
        }
        Revision at = state.revision().next();
        boolean begun = before.flatMap(DrillSchedule::attempt)
                .flatMap(attempt -> state.drills().find(attempt.drill()))
                .filter(drill -> drill.state() != Drill.State.WAITING && drill.state() != Drill.State.SKIPPED)
                .isPresent();
        DrillSchedule schedule = before.map(known -> known.declared(wanted, at, now, by, begun))
                .orElseGet(() -> new DrillSchedule(wanted, at, now, by, now, Optional.empty(), List.of(), 0, 0));
        return new Answer.Yes(List.of(new Event.ScheduleChanged(schedule)), wanted.name(), List.of());
    }

    private static Optional<Problem> conflict(String name, Optional<DrillSchedule> before, Optional<Revision> onlyAt) {
        if (onlyAt.isEmpty() || onlyAt.equals(before.map(DrillSchedule::revision))) {
            return Optional.empty();
        }
        return Optional.of(Problem.of(
                ProblemType.REVISION_CONFLICT,
                "this was decided on schedule " + name + " at revision " + onlyAt.get() + ", and "
                        + before.map(known -> "it is at " + known.revision() + " by now, changed by " + known.by())
                                .orElse("there is none of that name")
                        + "; look at it again"));
    }

    private static Answer unknown(String name) {
        return Answer.no(ProblemType.UNKNOWN_SCHEDULE, "there is no schedule '" + name + "'");
    }
}
