package io.meridian.control.drilling;

import io.meridian.control.state.Revision;
import io.meridian.topology.RegionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Drills that nobody has to ask for, and what became of those that were due.
 *
 * @param revision in which it became what it is declared to be
 * @param by whose declaration that is
 * @param settled of what was due up to then nothing is open
 * @param attempt what is due now; empty: nothing
 * @param outcomes oldest first, the newest {@link #OUTCOMES}
 * @param started how often a drill was, ever
 * @param skipped how often none was, ever
 */
public record DrillSchedule(
        Declared declared,
        Revision revision,
        Instant changedAt,
        String by,
        Instant settled,
        Optional<Attempt> attempt,
        List<Outcome> outcomes,
        long started,
        long skipped) {
    public static final int OUTCOMES = 10;
    public static final int LONGEST_NOTE = 300;
    static final int LONGEST_REASON = 400;

    public DrillSchedule {
        outcomes = List.copyOf(outcomes);
    }

    /**
     * What a person says.
     *
     * @param region another than the scenario names; empty: as it is written
     * @param note may be empty
     */
    public record Declared(
            String name,
            String scenario,
            Optional<RegionId> region,
            String note,
            Timetable timetable,
            boolean enabled) {
        Declared enabled(boolean now) {
            return new Declared(name, scenario, region, note, timetable, now);
        }

        /** All of it: two that differ read differently. */
        public String inWords() {
            return name + ": drill " + scenario
                    + region.map(id -> " about " + id).orElse("") + " at '"
                    + timetable.cron() + "' " + timetable.timeZone() + ", for " + timetable.windowMinutes() + " min, "
                    + (timetable.blackouts().isEmpty()
                            ? ""
                            : "not on "
                                    + String.join(
                                            ", ",
                                            timetable.blackouts().stream()
                                                    .map(Timetable.Blackout::text)
                                                    .toList())
                                    + ", ")
                    + (enabled ? "enabled" : "disabled") + (note.isEmpty() ? "" : ": " + note);
        }

        boolean sameTimesAs(Declared other) {
            return enabled
                    && other.enabled
                    && timetable.cron().equals(other.timetable.cron())
                    && timetable.timeZone().equals(other.timetable.timeZone());
        }

        boolean sameDrillAs(Declared other) {
            return scenario.equals(other.scenario) && region.equals(other.region);
        }
    }

    /**
     * @param until it may begin before that
     * @param drill that was asked for; empty: it was refused
     * @param reason why nothing has begun yet; empty: nothing stands in the way
     * @param notBefore a runner skipped the last one; empty: it may be tried at once
     */
    public record Attempt(Instant due, Instant until, String drill, String reason, Optional<Instant> notBefore) {}

    public enum Result {
        STARTED,
        SKIPPED
    }

    /** @param at when that was settled @param drill empty: none was asked for @param reason why it was skipped; else empty */
    public record Outcome(Instant due, Instant at, Result result, String drill, String reason) {}

    public String name() {
        return declared.name();
    }

    /** Whether what is due at {@code moment} is still to be decided. */
    boolean open(Instant moment) {
        return declared.enabled() && moment.isAfter(settled);
    }

    DrillSchedule trying(Attempt next) {
        return new DrillSchedule(
                declared, revision, changedAt, by, settled, Optional.of(next), outcomes, started, skipped);
    }

    /** Nothing is due any more that was due before. What has become too old to be kept still counts. */
    DrillSchedule settled(List<Outcome> news, long unlisted) {
        var all = new ArrayList<>(outcomes);
        all.addAll(news);
        long drills =
                news.stream().filter(one -> one.result() == Result.STARTED).count();
        Instant last = news.stream().map(Outcome::due).reduce(settled, DrillSchedule::later);
        return new DrillSchedule(
                declared,
                revision,
                changedAt,
                by,
                last,
                Optional.empty(),
                all.subList(Math.max(0, all.size() - OUTCOMES), all.size()),
                started + drills,
                skipped + news.size() - drills + unlisted);
    }

    /**
     * Declared anew. What was being tried goes on under the new declaration, unless its times are others; a drill that was asked for stays its, unless the
     * new one is about something else.
     *
     * @param begun whether that drill has begun
     */
    DrillSchedule declared(Declared next, Revision at, Instant now, String who, boolean begun) {
        boolean same = declared.sameTimesAs(next);
        Optional<Attempt> kept =
                attempt.filter(trying -> same && !trying.drill().isEmpty() && declared.sameDrillAs(next));
        DrillSchedule over = attempt.filter(
                        trying -> kept.isEmpty() && !(same && trying.drill().isEmpty()))
                .map(trying -> abandoned(trying, now, next.enabled(), who, begun))
                .orElse(this);
        return new DrillSchedule(
                next,
                at,
                now,
                who,
                same ? over.settled : later(over.settled, now),
                kept,
                over.outcomes,
                over.started,
                over.skipped);
    }

    private DrillSchedule abandoned(Attempt trying, Instant now, boolean stillEnabled, String who, boolean begun) {
        String why = who + (stillEnabled ? " changed" : " disabled") + " the schedule while "
                + (trying.drill().isEmpty()
                        ? "it waited: " + trying.reason()
                        : trying.drill() + " waited for a runner");
        return settled(
                List.of(
                        begun
                                ? new Outcome(trying.due(), now, Result.STARTED, trying.drill(), "")
                                : new Outcome(trying.due(), now, Result.SKIPPED, trying.drill(), cut(why))),
                0);
    }

    /** By a control plane that was restored from a backup: what was due by now may have been done since the backup, and is not done once more. */
    DrillSchedule restored(Instant now) {
        DrillSchedule over = attempt.map(trying -> settled(
                        List.of(new Outcome(
                                trying.due(),
                                now,
                                Result.SKIPPED,
                                trying.drill(),
                                "the control plane was restored while it was tried")),
                        0))
                .orElse(this);
        return new DrillSchedule(
                declared,
                revision,
                changedAt,
                by,
                later(over.settled, now),
                Optional.empty(),
                over.outcomes,
                over.started,
                over.skipped);
    }

    static String cut(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON - 3) + "...";
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
