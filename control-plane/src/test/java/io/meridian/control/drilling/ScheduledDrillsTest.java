package io.meridian.control.drilling;

import static io.meridian.control.drilling.ScheduleLab.BEGIN;
import static io.meridian.control.drilling.ScheduleLab.DAY;
import static io.meridian.control.drilling.ScheduleLab.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.audit.AuditEntry;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.drilling.Drill.State;
import io.meridian.control.drilling.DrillSchedule.Outcome;
import io.meridian.control.drilling.DrillSchedule.Result;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.StoreId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduledDrillsTest {
    private static Instant minutes(Instant at, long minutes) {
        return at.plus(Duration.ofMinutes(minutes));
    }

    @Test
    void aDrillThatIsDueIsAskedForOnceAndItsOutcomeIsKept() {
        var lab = ScheduleLab.nightly();
        assertThat(lab.wanted(FIRST.minusMillis(1))).isEmpty();

        lab.look(FIRST);
        lab.look(FIRST.plusSeconds(1));

        assertThat(lab.drills()).hasSize(1);
        assertThat(lab.newest().by()).isEqualTo("schedule nightly");
        assertThat(lab.newest().why()).isEqualTo("schedule nightly, due 2026-06-02T03:00:00Z");
        lab.claim(FIRST.plusSeconds(2));
        lab.look(FIRST.plusSeconds(3));
        assertThat(lab.schedule().outcomes())
                .as("whether it has begun is the runner's to say")
                .isEmpty();
        lab.end(State.PASSED, minutes(FIRST, 5));
        lab.look(minutes(FIRST, 5));
        assertThat(lab.outcome()).isEqualTo(new Outcome(FIRST, minutes(FIRST, 5), Result.STARTED, "dr-1", ""));
        assertThat(lab.schedule().settled()).isEqualTo(FIRST);
        assertThat(lab.wanted(minutes(FIRST, 6))).isEmpty();
        assertThat(lab.lab.state().drills().tally()).isEqualTo(new Drills.Tally(1, 0));
    }

    @Test
    void whatStandsInTheWayIsTriedAgainUntilTheWindowEndsAndIsThenTheReason() {
        var lab = ScheduleLab.nightly();
        lab.brake(BEGIN);

        lab.look(FIRST);
        ControlState tried = lab.lab.state();
        lab.look(minutes(FIRST, 59));

        assertThat(lab.lab.state().drills()).as("the same again is no news").isEqualTo(tried.drills());
        assertThat(lab.schedule().attempt().orElseThrow().reason()).contains("the brake is on (payday)");
        assertThat(lab.schedule().outcomes()).isEmpty();
        lab.look(minutes(FIRST, 60));
        assertThat(lab.outcome().result()).isEqualTo(Result.SKIPPED);
        assertThat(lab.outcome().reason()).contains("the brake is on (payday)");
        assertThat(lab.drills()).isEmpty();
        assertThat(lab.lab.state().drills().tally()).isEqualTo(new Drills.Tally(0, 1));
    }

    @Test
    void whatStoodInTheWayAndIsGoneWithinTheWindowLetsItBegin() {
        var lab = ScheduleLab.nightly();
        lab.brake(BEGIN);
        lab.look(FIRST);
        lab.release(minutes(FIRST, 30));

        lab.look(minutes(FIRST, 31));

        assertThat(lab.newest().state()).isEqualTo(State.WAITING);
        assertThat(lab.schedule().attempt().orElseThrow().drill()).isEqualTo("dr-1");
    }

    @Test
    void aRegionThatIsNotWholeStandsInTheWayOfThisAsOfAnyDrill() {
        var lab = ScheduleLab.nightly();
        lab.lab.accept(new Command.RenewLease(BEGIN, MoveLab.WEST, "main", "i", 1, Duration.ofSeconds(5)));
        StoreId west = StoreId.of("west");
        var lease = Optional.ofNullable(lab.lab.state().leases().get(west)).orElseThrow();
        lab.lab.accept(new Command.LapseLease(BEGIN, west, lease.generation(), lease.renewals()));

        lab.look(FIRST);

        assertThat(lab.schedule().attempt().orElseThrow().reason())
                .contains("region west is not heard of")
                .contains("./meridian regions");
        assertThat(lab.drills()).isEmpty();
    }

    /** It waits for as long as the window lasts, not for the ten minutes of one that a person asked for. */
    @Test
    void withoutARunnerItIsSkippedAtTheEndOfItsWindow() {
        var lab = ScheduleLab.nightly();
        lab.look(FIRST);

        assertThat(Standing.of(lab.lab.state(), FIRST).stream()
                        .filter(each -> each.what().startsWith("drill dr-1")))
                .allSatisfy(each -> assertThat(each.then()).isEmpty());
        assertThat(lab.wanted(minutes(FIRST, 59)).map(each -> fires(lab, each))).contains(false);
        lab.look(minutes(FIRST, 60));

        assertThat(lab.newest().state()).isEqualTo(State.SKIPPED);
        assertThat(lab.outcome().result()).isEqualTo(Result.SKIPPED);
        assertThat(lab.outcome().drill()).isEqualTo("dr-1");
        assertThat(lab.outcome().reason()).contains("no runner claimed it").contains("./meridian drill serve");
    }

    private static boolean fires(ScheduleLab lab, Command wanted) {
        return !ScheduledDrills.fire(lab.lab.state(), (Command.FireSchedule) wanted)
                .isEmpty();
    }

    @Test
    void whatARunnerSkippedIsTriedAgainAfterAWhile() {
        var lab = ScheduleLab.nightly();
        lab.look(FIRST);
        lab.claim(FIRST.plusSeconds(1));
        lab.end(State.SKIPPED, FIRST.plusSeconds(2));

        lab.look(FIRST.plusSeconds(3));
        lab.look(minutes(FIRST, 4));
        assertThat(lab.drills()).hasSize(1);
        assertThat(lab.schedule().attempt().orElseThrow().reason()).isEqualTo("dr-1: west is not whole");
        lab.look(minutes(FIRST, 6));

        assertThat(lab.drills()).hasSize(2);
        assertThat(lab.newest().state()).isEqualTo(State.WAITING);
    }

    @Test
    void whoTakesItBackBeforeItBeganHasTheLastWord() {
        var lab = ScheduleLab.nightly();
        lab.look(FIRST);
        lab.lab.accept(new Command.AbortDrill(lab.key(), FIRST.plusSeconds(1), "dr-1"));

        lab.look(FIRST.plusSeconds(2));
        lab.look(minutes(FIRST, 30));

        assertThat(lab.drills()).hasSize(1);
        assertThat(lab.outcome().reason()).contains("took it back before it began");
    }

    @Test
    void aDrillThatIsUnderWayWhenTheWindowEndsWasStarted() {
        var lab = ScheduleLab.nightly();
        lab.look(FIRST);
        lab.claim(FIRST.plusSeconds(1));

        lab.look(minutes(FIRST, 60));

        assertThat(lab.outcome().result()).isEqualTo(Result.STARTED);
        assertThat(lab.newest().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void onABlackoutDayNoneBegins() {
        var lab = ScheduleLab.nightly("2026-06-02/2026-06-03");

        lab.look(FIRST);
        lab.look(FIRST.plus(DAY));
        lab.look(FIRST.plus(DAY.multipliedBy(2)));

        assertThat(lab.schedule().outcomes())
                .extracting(Outcome::reason)
                .containsExactly("a blackout day: 2026-06-02/2026-06-03", "a blackout day: 2026-06-02/2026-06-03");
        assertThat(lab.newest().why()).contains("2026-06-04T03:00:00Z");
    }

    @Test
    void aTimeThatPassedWithoutALeaderBeginsWithinItsWindowAndElseIsMissed() {
        var lab = ScheduleLab.nightly("2026-06-03");

        lab.look(minutes(FIRST.plus(DAY.multipliedBy(3)), 20));
        assertThat(lab.drills()).isEmpty();
        lab.look(minutes(FIRST.plus(DAY.multipliedBy(3)), 20));

        assertThat(lab.schedule().outcomes()).hasSize(3);
        assertThat(lab.schedule().outcomes().get(0).reason())
                .contains("missed: its window ended at 2026-06-02T04:00:00Z");
        assertThat(lab.schedule().outcomes().get(1).reason()).isEqualTo("a blackout day: 2026-06-03");
        assertThat(lab.newest().why()).contains("due 2026-06-05T03:00:00Z");
    }

    @Test
    void ofVeryManyMissedTimesTheNewestAreListedAndAllCount() {
        var lab = ScheduleLab.nightly();

        lab.look(minutes(FIRST.plus(DAY.multipliedBy(99)), 61));

        assertThat(lab.schedule().skipped()).isEqualTo(100);
        assertThat(lab.schedule().outcomes()).hasSize(DrillSchedule.OUTCOMES);
        assertThat(lab.outcome().due()).isEqualTo(FIRST.plus(DAY.multipliedBy(99)));
        assertThat(lab.lab.state().audit().entries().getLast().outcome()).contains("and so did 99 before it");
    }

    @Test
    void aClockThatWasSetBackAsksForNothingAgain() {
        var lab = ScheduleLab.nightly();
        lab.look(FIRST);
        lab.claim(FIRST.plusSeconds(1));
        lab.end(State.PASSED, FIRST.plusSeconds(2));
        lab.look(FIRST.plusSeconds(3));

        for (Instant back : List.of(FIRST.minusSeconds(3600), FIRST, FIRST.plusSeconds(10))) {
            assertThat(lab.wanted(back)).as("%s", back).isEmpty();
        }
        assertThat(ScheduledDrills.fire(
                        lab.lab.state(),
                        new Command.FireSchedule(
                                FIRST,
                                "nightly",
                                lab.schedule().revision(),
                                new Timetable.Due(FIRST, minutes(FIRST, 60), ""))))
                .isEmpty();
    }

    /** Two that think they lead, or one that is asked again: the log takes the first. */
    @Test
    void theSameDueTimeProposedTwiceComesToOneDrill() {
        var lab = ScheduleLab.nightly();
        Command fire = lab.wanted(FIRST).orElseThrow();

        lab.lab.accept(fire);
        lab.lab.accept(fire);

        assertThat(lab.drills()).hasSize(1);
    }

    @Test
    void aProposalOfAScheduleThatHasChangedSinceComesToNothing() {
        var lab = ScheduleLab.nightly();
        Command fire = lab.wanted(FIRST).orElseThrow();
        lab.put(ScheduleLab.declared("nightly", false), FIRST);

        lab.lab.accept(fire);

        assertThat(lab.drills()).isEmpty();
    }

    @Test
    void whatBecameOfItIsInTheAuditUnderTheSchedulesName() {
        var lab = ScheduleLab.nightly();
        lab.look(FIRST);
        lab.look(minutes(FIRST, 60));

        assertThat(lab.lab.state().audit().entries())
                .filteredOn(entry -> entry.who().equals("schedule nightly"))
                .extracting(AuditEntry::what)
                .containsExactly("drill lose, due 2026-06-02T03:00:00Z", "drill lose, due 2026-06-02T03:00:00Z");
        assertThat(lab.lab.state().audit().entries())
                .filteredOn(entry -> entry.who().equals("schedule nightly"))
                .extracting(AuditEntry::outcome)
                .satisfies(outcomes -> {
                    assertThat(outcomes.getFirst()).isEqualTo("done: dr-1");
                    assertThat(outcomes.getLast()).startsWith("skipped: dr-1: no runner claimed it");
                });
    }

    static LongStream seeds() {
        Long one = Long.getLong("meridian.seed");
        return one == null ? LongStream.range(0, 50) : LongStream.of(one);
    }

    /**
     * Whatever becomes of leaders, clocks, brakes and runners: of each time exactly one outcome, and no two drills of one time unless a runner skipped the
     * first.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void everyTimeHasOneOutcomeUnderAnyMixOfClocksAndFaults(long seed) {
        var chance = new Random(seed);
        var lab = ScheduleLab.nightly("2026-06-05");
        Instant last = FIRST.plus(DAY.multipliedBy(11));
        boolean braked = false;
        Instant now = BEGIN;
        while (now.isBefore(minutes(last, 61))) {
            // An hour without a leader, or a minute; and clocks of nodes apart from each other by up to ten minutes.
            now = now.plusSeconds(chance.nextInt(10) == 0 ? 7200 : 60 + chance.nextInt(600));
            Instant seen = now.minusSeconds(chance.nextInt(600));
            if (chance.nextInt(40) == 0) {
                braked = !braked;
                if (braked) {
                    lab.brake(seen);
                } else {
                    lab.release(seen);
                }
            }
            Optional<Drill> underWay = lab.lab.state().drills().underWay();
            if (underWay.isPresent() && chance.nextInt(3) == 0) {
                if (underWay.get().state() == State.WAITING) {
                    lab.claim(seen);
                } else {
                    lab.end(chance.nextBoolean() ? State.PASSED : State.SKIPPED, seen);
                }
            }
            lab.look(seen);
        }
        for (int i = 0; i < 20; i++) {
            now = minutes(now, 10);
            lab.look(now);
        }

        DrillSchedule schedule = lab.schedule();
        assertThat(schedule.started() + schedule.skipped())
                .as("-Dmeridian.seed=%d", seed)
                .isEqualTo(12);
        assertThat(schedule.outcomes())
                .as("-Dmeridian.seed=%d", seed)
                .extracting(Outcome::due)
                .doesNotHaveDuplicates()
                .isSorted()
                .hasSize(DrillSchedule.OUTCOMES);
        lab.drills().stream()
                .map(Drill::why)
                .distinct()
                .forEach(due -> assertThat(lab.drills().stream()
                                .filter(drill -> drill.why().equals(due))
                                .filter(drill -> drill.state() != State.SKIPPED))
                        .as("-Dmeridian.seed=%d %s", seed, due)
                        .hasSizeLessThanOrEqualTo(1));
    }
}
