package io.meridian.control.drilling;

import static io.meridian.control.drilling.ScheduleLab.BEGIN;
import static io.meridian.control.drilling.ScheduleLab.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.drilling.DrillSchedule.Declared;
import io.meridian.control.drilling.DrillSchedule.Result;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Revision;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.ProblemType;
import io.meridian.topology.RegionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleDeciderTest {
    private final ScheduleLab lab = ScheduleLab.nightly();

    private static Declared with(String scenario, Optional<RegionId> region, String cron, boolean enabled) {
        return new Declared("nightly", scenario, region, "", new Timetable(cron, "UTC", 60, List.of()), enabled);
    }

    private Command.PutSchedule put(Declared declared, Optional<Revision> onlyAt) {
        return new Command.PutSchedule(lab.key(), BEGIN, declared, onlyAt);
    }

    private void turn(boolean enabled, Instant now) {
        lab.lab.accept(new Command.TurnSchedule(lab.key(), now, "nightly", enabled, Optional.empty()));
    }

    @Test
    void theSameAgainChangesNothingAndAnotherOneTakesItsPlace() {
        ControlState before = lab.lab.state();
        Revision first = lab.schedule().revision();

        lab.put(ScheduleLab.declared("nightly", true), FIRST);
        assertThat(lab.lab.state().drills()).isSameAs(before.drills());
        lab.put(with("lose", Optional.of(MoveLab.EAST), "0 4 * * *", true), BEGIN.plusSeconds(1));

        assertThat(lab.schedule().declared().region()).contains(MoveLab.EAST);
        assertThat(lab.schedule().revision())
                .isGreaterThan(first)
                .isEqualTo(lab.lab.state().revision());
        assertThat(lab.lab.state().drills().schedules()).hasSize(1);
    }

    @Test
    void whatWasDecidedOnAnotherRevisionIsRefused() {
        Revision seen = lab.schedule().revision();
        lab.lab.accept(put(with("lose", Optional.empty(), "0 4 * * *", true), Optional.of(seen)));

        var late = put(with("lose", Optional.empty(), "0 5 * * *", true), Optional.of(seen));
        assertThat(lab.lab.refuse(late).type()).isEqualTo(ProblemType.REVISION_CONFLICT);
        assertThat(lab.lab
                        .refuse(new Command.TurnSchedule(lab.key(), BEGIN, "nightly", false, Optional.of(seen)))
                        .type())
                .isEqualTo(ProblemType.REVISION_CONFLICT);
        assertThat(lab.lab
                        .refuse(new Command.RemoveSchedule(lab.key(), BEGIN, "nightly", Optional.of(seen)))
                        .type())
                .isEqualTo(ProblemType.REVISION_CONFLICT);
    }

    @Test
    void whatCouldNeverBeAskedForIsNotScheduled() {
        assertThat(lab.lab
                        .refuse(put(with("nothing", Optional.empty(), "0 4 * * *", true), Optional.empty()))
                        .type())
                .isEqualTo(ProblemType.UNKNOWN_SCENARIO);
        assertThat(lab.lab
                        .refuse(put(
                                with("lose", Optional.of(RegionId.of("north")), "0 4 * * *", true), Optional.empty()))
                        .type())
                .isEqualTo(ProblemType.UNKNOWN_REGION);
        assertThat(lab.lab
                        .refuse(new Command.TurnSchedule(lab.key(), BEGIN, "none", true, Optional.empty()))
                        .type())
                .isEqualTo(ProblemType.UNKNOWN_SCHEDULE);
        assertThat(lab.lab
                        .refuse(new Command.RemoveSchedule(lab.key(), BEGIN, "none", Optional.empty()))
                        .type())
                .isEqualTo(ProblemType.UNKNOWN_SCHEDULE);
    }

    /** What stands in the way today says nothing of the day when it is due. */
    @Test
    void aBrakeThatIsOnTodayKeepsNobodyFromScheduling() {
        lab.brake(BEGIN);

        lab.lab.accept(put(with("lose", Optional.empty(), "0 4 * * *", true), Optional.empty()));
    }

    @Test
    void thereAreAHundred() {
        for (int i = 1; i < Drills.SCHEDULES; i++) {
            lab.put(ScheduleLab.declared("another-" + i, true), BEGIN);
        }

        assertThat(lab.lab
                        .refuse(put(ScheduleLab.declared("one-more", true), Optional.empty()))
                        .type())
                .isEqualTo(ProblemType.LIMIT_REACHED);
        lab.put(ScheduleLab.declared("nightly", false), BEGIN);
    }

    @Test
    void aDisabledOneIsDueNeverAndAnEnabledOneFromThenOn() {
        turn(false, BEGIN);
        assertThat(lab.wanted(FIRST)).isEmpty();

        turn(true, FIRST.plusSeconds(60));

        assertThat(lab.wanted(FIRST.plusSeconds(120)))
                .as("what was due while it was disabled is not made up for")
                .isEmpty();
        assertThat(lab.wanted(FIRST.plus(ScheduleLab.DAY))).isPresent();
    }

    @Test
    void disablingEndsWhatIsBeingTried() {
        lab.brake(BEGIN);
        lab.look(FIRST);

        turn(false, FIRST.plusSeconds(60));

        assertThat(lab.outcome().result()).isEqualTo(Result.SKIPPED);
        assertThat(lab.outcome().reason()).contains("disabled the schedule while it waited: the brake is on");
        assertThat(lab.schedule().attempt()).isEmpty();
    }

    /** Somebody mends the note at one minute past: what is due is neither lost nor asked for twice. */
    @Test
    void aChangeThatLeavesTheTimesLosesNothingThatIsDue() {
        lab.brake(BEGIN);
        lab.look(FIRST);
        lab.put(
                new Declared(
                        "nightly",
                        "lose",
                        Optional.empty(),
                        "a note",
                        new Timetable("0 3 * * *", "UTC", 30, List.of()),
                        true),
                FIRST.plusSeconds(60));
        lab.release(FIRST.plusSeconds(61));

        lab.look(FIRST.plusSeconds(62));
        assertThat(lab.newest().why()).isEqualTo("schedule nightly, due 2026-06-02T03:00:00Z: a note");
        lab.put(ScheduleLab.declared("nightly", true), FIRST.plusSeconds(63));
        lab.look(FIRST.plusSeconds(64));

        assertThat(lab.drills()).hasSize(1);
        assertThat(lab.schedule().outcomes()).isEmpty();

        lab.claim(FIRST.plusSeconds(65));
        lab.end(Drill.State.PASSED, FIRST.plusSeconds(70));
        lab.look(FIRST.plusSeconds(71));
        assertThat(lab.outcome().result()).isEqualTo(Result.STARTED);
        assertThat(lab.outcome().drill()).isEqualTo("dr-1");
    }

    @Test
    void aDrillThatWaitedForARunnerWhenItsScheduleBecameAnotherCountsAsSkipped() {
        lab.register("other");
        lab.look(FIRST);
        lab.put(
                new Declared(
                        "nightly",
                        "other",
                        Optional.empty(),
                        "",
                        new Timetable("0 3 * * *", "UTC", 60, List.of()),
                        true),
                FIRST.plusSeconds(1));

        assertThat(lab.outcome().result()).isEqualTo(Result.SKIPPED);
        assertThat(lab.outcome().reason()).contains("while dr-1 waited for a runner");
    }

    @Test
    void whatWasDueBeforeARestoreIsNotDoneOnceMore() {
        lab.look(FIRST);

        Drills restored = lab.lab.state().drills().restored(FIRST.plusSeconds(600));

        DrillSchedule schedule = restored.schedule("nightly").orElseThrow();
        assertThat(schedule.attempt()).isEmpty();
        assertThat(schedule.outcomes().getLast().result()).isEqualTo(Result.SKIPPED);
        assertThat(schedule.outcomes().getLast().reason()).contains("restored");
        assertThat(schedule.open(FIRST.plusSeconds(600))).isFalse();
        assertThat(schedule.open(FIRST.plusSeconds(601))).isTrue();
        assertThat(restored.underWay()).isEmpty();
    }

    @Test
    void aRemovedScheduleLeavesTheDrillThatItAskedForAndItsCount() {
        lab.look(FIRST);
        lab.look(FIRST.plus(ScheduleLab.DAY));
        assertThat(lab.lab.state().drills().tally()).isEqualTo(new Drills.Tally(0, 1));

        lab.lab.accept(new Command.RemoveSchedule(lab.key(), FIRST.plus(ScheduleLab.DAY), "nightly", Optional.empty()));

        assertThat(lab.lab.state().drills().schedules()).isEmpty();
        assertThat(lab.lab.state().drills().tally()).isEqualTo(new Drills.Tally(0, 1));
        assertThat(lab.drills()).hasSize(1);
    }

    @Test
    void twoSchedulesAtTheSameTimeRunOneAfterTheOther() {
        lab.put(ScheduleLab.declared("other", true), BEGIN);
        lab.look(FIRST);
        DrillSchedule other = lab.lab.state().drills().schedule("other").orElseThrow();
        Timetable.Due due = other.declared().timetable().due(other.settled()).orElseThrow();

        lab.lab.accept(ScheduledDrills.wanted(other, due, FIRST).orElseThrow());

        assertThat(lab.drills()).hasSize(1);
        assertThat(lab.lab
                        .state()
                        .drills()
                        .schedule("other")
                        .orElseThrow()
                        .attempt()
                        .orElseThrow()
                        .reason())
                .contains("dr-1 (lose about west) is waiting");
    }
}
