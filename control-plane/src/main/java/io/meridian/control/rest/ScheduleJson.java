package io.meridian.control.rest;

import io.meridian.control.drilling.Drill;
import io.meridian.control.drilling.DrillSchedule;
import io.meridian.control.drilling.Timetable;
import io.meridian.control.state.ControlState;
import io.meridian.topology.RegionId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Schedules, outward. */
final class ScheduleJson {
    private static final int UPCOMING = 5;

    private ScheduleJson() {}

    /**
     * @param region another than the scenario names; null: as it is written
     * @param blackouts {@code 2026-12-24}, or {@code 2026-12-24/2026-12-26}
     * @param revision in which it became what it is declared to be; its entity tag
     * @param next none while it is disabled
     * @param attempt what is due now; null: nothing
     * @param outcomes of what was due, the newest first, of the newest ten
     * @param started how often a drill was, ever
     * @param skipped how often none was, ever
     */
    record DrillScheduleJson(
            String name,
            String scenario,
            @Nullable String region,
            String cron,
            String timeZone,
            int windowMinutes,
            List<String> blackouts,
            boolean enabled,
            @Nullable String note,
            long revision,
            Instant changedAt,
            String by,
            List<ScheduleTimeJson> next,
            @Nullable ScheduleAttemptJson attempt,
            List<ScheduleOutcomeJson> outcomes,
            long started,
            long skipped) {
        static DrillScheduleJson of(ControlState state, DrillSchedule schedule, Instant now) {
            DrillSchedule.Declared declared = schedule.declared();
            Timetable timetable = declared.timetable();
            Instant after = now.isAfter(schedule.settled()) ? now : schedule.settled();
            return new DrillScheduleJson(
                    schedule.name(),
                    declared.scenario(),
                    declared.region().map(RegionId::name).orElse(null),
                    timetable.cron(),
                    timetable.timeZone(),
                    timetable.windowMinutes(),
                    timetable.blackouts().stream().map(Timetable.Blackout::text).toList(),
                    declared.enabled(),
                    orNull(declared.note()),
                    schedule.revision().number(),
                    schedule.changedAt(),
                    schedule.by(),
                    declared.enabled()
                            ? timetable.upcoming(after, UPCOMING).stream()
                                    .map(due -> ScheduleTimeJson.of(timetable, due))
                                    .toList()
                            : List.of(),
                    schedule.attempt()
                            .map(attempt -> ScheduleAttemptJson.of(state, attempt))
                            .orElse(null),
                    schedule.outcomes().reversed().stream()
                            .map(outcome -> ScheduleOutcomeJson.of(state, outcome))
                            .toList(),
                    schedule.started(),
                    schedule.skipped());
        }

        /** @param dry the revision is one that there is not, and may never be */
        RestResponse<DrillScheduleJson> answer(boolean dry) {
            return dry
                    ? RestResponse.ok(this)
                    : RestResponse.ResponseBuilder.ok(this)
                            .tag(Long.toString(revision))
                            .build();
        }
    }

    /** @param local the same as clocks in the time zone show it @param until then it is too late @param blackout the declared days that it falls on; null: none */
    record ScheduleTimeJson(
            Instant at,
            OffsetDateTime local,
            Instant until,
            @Nullable String blackout) {
        static ScheduleTimeJson of(Timetable timetable, Timetable.Due due) {
            return new ScheduleTimeJson(due.at(), timetable.local(due.at()), due.until(), orNull(due.blackout()));
        }
    }

    /**
     * @param until it is tried until then
     * @param drill that was asked for; null: it was refused
     * @param state of the drill; null: there is none
     * @param reason why nothing has begun yet; null: nothing stands in the way
     */
    record ScheduleAttemptJson(
            Instant due,
            Instant until,
            @Nullable String drill,
            @Nullable String state,
            @Nullable String reason) {
        static ScheduleAttemptJson of(ControlState state, DrillSchedule.Attempt attempt) {
            return new ScheduleAttemptJson(
                    attempt.due(),
                    attempt.until(),
                    orNull(attempt.drill()),
                    stateOf(state, attempt.drill()),
                    orNull(attempt.reason()));
        }
    }

    /**
     * @param at when that was settled
     * @param outcome {@code STARTED} or {@code SKIPPED}
     * @param drill null: none was asked for
     * @param state of the drill; null: there is none, or newer ones have taken its place
     * @param reason why it was skipped; null: it was not
     */
    record ScheduleOutcomeJson(
            Instant due,
            Instant at,
            String outcome,
            @Nullable String drill,
            @Nullable String state,
            @Nullable String reason) {
        static ScheduleOutcomeJson of(ControlState state, DrillSchedule.Outcome outcome) {
            return new ScheduleOutcomeJson(
                    outcome.due(),
                    outcome.at(),
                    outcome.result().name(),
                    orNull(outcome.drill()),
                    stateOf(state, outcome.drill()),
                    orNull(outcome.reason()));
        }
    }

    record DrillSchedulesJson(List<DrillScheduleJson> schedules) {
        static DrillSchedulesJson of(ControlState state, Instant now) {
            return new DrillSchedulesJson(state.drills().schedules().values().stream()
                    .map(schedule -> DrillScheduleJson.of(state, schedule, now))
                    .toList());
        }
    }

    private static @Nullable String stateOf(ControlState state, String drill) {
        return state.drills()
                .find(drill)
                .map(Drill::state)
                .map(Drill.State::name)
                .orElse(null);
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
