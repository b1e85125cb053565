package io.meridian.control.drilling;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.command.Command;
import io.meridian.control.command.Decider;
import io.meridian.control.drilling.Drill.Ending;
import io.meridian.control.drilling.Drill.State;
import io.meridian.control.drilling.DrillSchedule.Attempt;
import io.meridian.control.drilling.DrillSchedule.Outcome;
import io.meridian.control.drilling.DrillSchedule.Result;
import io.meridian.control.drilling.Timetable.Due;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a drill that is due. It is asked for as a person would ask, so that the same things stand in its way; until its window ends it is tried
 * again, and then it is skipped for what stood there last. A time is settled once: {@link DrillSchedule#settled} only rises, so neither a new leader
 * nor a clock that was set back asks for it again.
 */
public final class ScheduledDrills {
    /** After a runner that found a region broken: what it found mends in minutes, and each attempt is a drill on record. */
    static final Duration AFTER_A_SKIP = Duration.ofMinutes(5);
    /** As many as are kept. */
    static final int MISSED_AT_ONCE = DrillSchedule.OUTCOMES;

    private ScheduledDrills() {}

    /**
     * What the leader proposes.
     *
     * @param next the first time that is not settled; none: there is none
     */
    public static Optional<Command> wanted(DrillSchedule schedule, Due next, Instant now) {
        if (schedule.attempt().isPresent()) {
            // Whatever this leader's clock and time zones make of it.
            Attempt tried = schedule.attempt().get();
            return Optional.of(new Command.FireSchedule(
                    now, schedule.name(), schedule.revision(), new Due(tried.due(), tried.until(), "")));
        }
        if (!schedule.open(next.at()) || next.at().isAfter(now)) {
            return Optional.empty();
        }
        return Optional.of(
                next.until().isAfter(now)
                        ? new Command.FireSchedule(now, schedule.name(), schedule.revision(), next)
                        : missed(schedule, now));
    }

    private static Command missed(DrillSchedule schedule, Instant now) {
        var missed = new ArrayDeque<Due>();
        long more = 0;
        for (Iterator<Due> dues = schedule.declared()
                        .timetable()
                        .dues(schedule.settled())
                        .takeWhile(due -> !due.until().isAfter(now))
                        .iterator();
                dues.hasNext(); ) {
            missed.add(dues.next());
            if (missed.size() > MISSED_AT_ONCE) {
                missed.remove();
                more++;
            }
        }
        return new Command.MissSchedule(now, schedule.name(), schedule.revision(), List.copyOf(missed), more);
    }

    /** Nothing, where another leader was faster, the schedule has changed since, or nothing is new. */
    public static List<Event> fire(ControlState state, Command.FireSchedule seen) {
        Due due = seen.due();
        Optional<DrillSchedule> open = open(state, seen.schedule(), seen.revision(), due.at());
        if (open.isEmpty() || due.at().isAfter(seen.now())) {
            return List.of();
        }
        DrillSchedule schedule = open.get();
        Attempt attempt = schedule.attempt()
                .filter(its -> its.due().equals(due.at()))
                .orElseGet(() -> new Attempt(due.at(), due.until(), "", "", Optional.empty()));
        boolean late = !attempt.until().isAfter(seen.now());
        if (!attempt.drill().isEmpty()) {
            return follow(state, schedule, attempt, late, seen.now());
        }
        if (!due.blackout().isEmpty()) {
            return skipped(state, schedule, attempt, "a blackout day: " + due.blackout(), seen.now());
        }
        if (late) {
            String why = attempt.reason().isEmpty() ? untried(attempt.until()) : attempt.reason();
            return skipped(state, schedule, attempt, why, seen.now());
        }
        return attempt.notBefore().filter(seen.now()::isBefore).isPresent()
                ? List.of()
                : ask(state, schedule, attempt, seen.now());
    }

    private static List<Event> ask(ControlState state, DrillSchedule schedule, Attempt attempt, Instant now) {
        var start = new Command.StartDrill(
                "",
                now,
                schedule.declared().scenario(),
                schedule.declared().region(),
                why(schedule, attempt),
                "",
                Optional.empty());
        return switch (Decider.answer(state, actor(schedule), start)) {
            case Decider.Answer.Yes yes -> {
                var events = new ArrayList<>(yes.events());
                events.add(changed(schedule.trying(
                        new Attempt(attempt.due(), attempt.until(), yes.subject(), "", Optional.empty()))));
                events.add(audited(state, schedule, attempt, "done: " + yes.subject(), now));
                yield events;
            }
            case Decider.Answer.No no -> {
                String why = DrillSchedule.cut(no.why().detail());
                yield attempt.reason().equals(why)
                        ? List.of()
                        : List.of(changed(schedule.trying(
                                new Attempt(attempt.due(), attempt.until(), "", why, attempt.notBefore()))));
            }
        };
    }

    /** Whether what was asked for has begun is its runner's to say. */
    private static List<Event> follow(
            ControlState state, DrillSchedule schedule, Attempt attempt, boolean late, Instant now) {
        Optional<Drill> known = state.drills().find(attempt.drill());
        if (known.isEmpty()) {
            return started(schedule, attempt, now);
        }
        Drill drill = known.get();
        String reason = drill.id() + ": " + drill.ending().map(Ending::reason).orElse("");
        return switch (drill.state()) {
            case WAITING -> late ? unclaimed(state, schedule, attempt, drill, now) : List.of();
            case RUNNING, ABORTING -> late ? started(schedule, attempt, now) : List.of();
            case PASSED, MISSED, FAILED, ABORTED -> started(schedule, attempt, now);
            case SKIPPED ->
                late || drill.runner().isEmpty()
                        ? skipped(state, schedule, attempt, reason, now)
                        : List.of(changed(schedule.trying(new Attempt(
                                attempt.due(),
                                attempt.until(),
                                "",
                                DrillSchedule.cut(reason),
                                Optional.of(now.plus(AFTER_A_SKIP))))));
        };
    }

    private static List<Event> unclaimed(
            ControlState state, DrillSchedule schedule, Attempt attempt, Drill drill, Instant now) {
        String why = "no runner claimed it before its window ended at " + attempt.until()
                + "; start one: ./meridian drill serve";
        var events = new ArrayList<Event>();
        events.add(new Event.DrillChanged(drill.ended(State.SKIPPED, Ending.without(why, now, false))));
        events.addAll(skipped(state, schedule, attempt, drill.id() + ": " + why, now));
        return events;
    }

    private static List<Event> started(DrillSchedule schedule, Attempt attempt, Instant now) {
        return List.of(changed(
                schedule.settled(List.of(new Outcome(attempt.due(), now, Result.STARTED, attempt.drill(), "")), 0)));
    }

    private static List<Event> skipped(
            ControlState state, DrillSchedule schedule, Attempt attempt, String why, Instant now) {
        return List.of(
                changed(schedule.settled(
                        List.of(new Outcome(
                                attempt.due(), now, Result.SKIPPED, attempt.drill(), DrillSchedule.cut(why))),
                        0)),
                audited(state, schedule, attempt, "skipped: " + why, now));
    }

    /** Their windows ended while nobody looked. */
    public static List<Event> miss(ControlState state, Command.MissSchedule seen) {
        if (seen.missed().isEmpty()) {
            return List.of();
        }
        Due first = seen.missed().getFirst();
        Optional<DrillSchedule> open = open(state, seen.schedule(), seen.revision(), first.at())
                .filter(schedule -> schedule.attempt().isEmpty());
        if (open.isEmpty()) {
            return List.of();
        }
        DrillSchedule schedule = open.get();
        List<Outcome> outcomes = seen.missed().stream()
                .map(due -> new Outcome(
                        due.at(),
                        seen.now(),
                        Result.SKIPPED,
                        "",
                        due.blackout().isEmpty() ? untried(due.until()) : "a blackout day: " + due.blackout()))
                .toList();
        Due last = seen.missed().getLast();
        long all = seen.missed().size() + seen.more();
        return List.of(
                changed(schedule.settled(outcomes, seen.more())),
                audited(
                        state,
                        schedule,
                        new Attempt(last.at(), last.until(), "", "", Optional.empty()),
                        "skipped: " + untried(last.until())
                                + (all > 1 ? ", and so did " + (all - 1) + " before it" : ""),
                        seen.now()));
    }

    /** A time of a schedule that is as it was seen, unless it is settled. */
    private static Optional<DrillSchedule> open(ControlState state, String name, Revision revision, Instant due) {
        return state.drills()
                .schedule(name)
                .filter(schedule -> schedule.revision().equals(revision) && schedule.open(due));
    }

    private static String untried(Instant until) {
        return "missed: its window ended at " + until + " and until then no control plane looked, for want of a leader";
    }

    private static String why(DrillSchedule schedule, Attempt attempt) {
        String note = schedule.declared().note();
        return "schedule " + schedule.name() + ", due " + attempt.due() + (note.isEmpty() ? "" : ": " + note);
    }

    /** No token can have this name: it is no name. */
    private static Actor actor(DrillSchedule schedule) {
        return Actor.of("schedule " + schedule.name(), Set.of(Role.OPERATOR));
    }

    private static Event changed(DrillSchedule schedule) {
        return new Event.ScheduleChanged(schedule);
    }

    private static Event audited(
            ControlState state, DrillSchedule schedule, Attempt attempt, String outcome, Instant now) {
        String what = "drill " + schedule.declared().scenario()
                + schedule.declared().region().map(region -> " about " + region).orElse("") + ", due " + attempt.due();
        return new Event.Audited(state.audit()
                .next(
                        now,
                        actor(schedule),
                        what,
                        schedule.declared().note(),
                        outcome,
                        false,
                        state.revision(),
                        state.revision().next()));
    }
}
