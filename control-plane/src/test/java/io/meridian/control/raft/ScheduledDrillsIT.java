package io.meridian.control.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.Await;
import io.meridian.control.clock.DrillScheduler;
import io.meridian.control.command.Command;
import io.meridian.control.command.Outcome;
import io.meridian.control.drilling.Drill;
import io.meridian.control.drilling.DrillDocument;
import io.meridian.control.drilling.DrillSchedule;
import io.meridian.control.drilling.Drills;
import io.meridian.control.drilling.Timetable;
import io.meridian.control.switching.MoveLab;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three voters with a scheduler each, whose leader dies while a drill is due. Their wall clock is the test's. */
class ScheduledDrillsIT {
    private static final List<String> NAMES = List.of("east", "west", "north");
    private static final Instant FIRST = Instant.parse("2026-06-02T03:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final Map<String, DrillScheduler> schedulers = new HashMap<>();
    private final SetClock clock = new SetClock(FIRST.minus(Duration.ofHours(15)));
    private @Nullable Quorum quorum;
    private int keys;

    private static final class SetClock extends Clock {
        private volatile Instant now;

        SetClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void threeVotersAndASchedule() throws Exception {
        quorum = new Quorum(folder, 5, "east", "west", "north");
        quorum.found("east", "west", "north");
        NAMES.forEach(this::schedule);
        submit(new Command.ApplyTopology(key(), clock.instant(), MoveLab.topology()));
        submit(new Command.RegisterScenario(
                key(),
                clock.instant(),
                new DrillDocument("lose", "e", DrillDocument.Act.LOSE, List.of(MoveLab.WEST), "west", "name: lose")));
        submit(new Command.PutSchedule(
                key(),
                clock.instant(),
                new DrillSchedule.Declared(
                        "nightly",
                        "lose",
                        Optional.empty(),
                        "",
                        new Timetable("0 3 * * *", "UTC", 60, List.of()),
                        true),
                Optional.empty()));
    }

    @AfterEach
    void stop() throws Exception {
        for (DrillScheduler scheduler : schedulers.values()) {
            scheduler.close();
        }
        quorum().close();
    }

    private Quorum quorum() {
        return Optional.ofNullable(quorum).orElseThrow();
    }

    private String key() {
        return "key-" + ++keys;
    }

    private void schedule(String name) {
        RaftNode node = quorum().node(name);
        schedulers.put(name, new DrillScheduler(quorum().port(node), node.applied(), clock, node::leads));
    }

    private void submit(Command command) throws Exception {
        Await.until(
                Quorum.SOON,
                () -> quorum().port(quorum().leader()).submit(command),
                Outcome.Committed.class::isInstance);
    }

    private void kill(String name) throws Exception {
        DrillScheduler gone = schedulers.remove(name);
        if (gone != null) {
            gone.close();
        }
        quorum().stop(name);
    }

    private void restart(String name) throws Exception {
        quorum().restart(name, NAMES);
        schedule(name);
    }

    private Drills drills(Predicate<Drills> good) throws Exception {
        return Await.until(
                        Quorum.SOON,
                        () -> quorum().leader().read().map(state -> state.drills()),
                        found -> found.filter(good).isPresent())
                .orElseThrow();
    }

    private static DrillSchedule nightly(Drills drills) {
        return drills.schedule("nightly").orElseThrow();
    }

    @Test
    void aLeaderThatDiesWhenADrillIsDueLeavesOneDrillAndNoTimeIsForgotten() throws Exception {
        clock.now = FIRST;
        drills(found -> found.all().size() == 1);

        // The leader is gone; the next one finds the time asked for, and only follows what became of it.
        kill(quorum().leader().name());
        clock.now = FIRST.plusSeconds(60);
        submit(new Command.ClaimDrill(key(), clock.instant(), "dr-1", "r"));
        submit(new Command.EndDrill(
                key(),
                clock.instant(),
                "dr-1",
                "r",
                Drill.State.PASSED,
                "",
                Optional.empty(),
                Drill.Figures.none(),
                List.of(),
                ""));
        Drills settled = drills(found -> nightly(found).started() == 1);
        assertThat(settled.all()).hasSize(1);
        assertThat(nightly(settled).outcomes().getFirst().due()).isEqualTo(FIRST);

        // Nobody leads for two nights and a bit: the first is missed, in the second's window there is somebody again.
        List<String> left = List.copyOf(schedulers.keySet());
        for (String name : left) {
            kill(name);
        }
        clock.now = FIRST.plus(DAY.multipliedBy(2)).plusSeconds(1200);
        for (String name : left) {
            restart(name);
        }
        Drills again = drills(found -> found.all().size() == 2);
        assertThat(nightly(again).outcomes()).hasSize(2);
        assertThat(nightly(again).outcomes().getLast().reason())
                .contains("missed: its window ended at 2026-06-03T04:00");
        assertThat(again.all().getLast().why()).contains("due 2026-06-04T03:00:00Z");

        // Set back by a day and on again: what is settled is never due again.
        clock.now = FIRST.plus(DAY);
        submit(new Command.AbortDrill(key(), clock.instant(), "dr-2"));
        clock.now = FIRST.plus(DAY.multipliedBy(2)).plusSeconds(1260);
        Drills last = drills(found -> nightly(found).skipped() == 2);
        assertThat(last.all()).hasSize(2);
        assertThat(last.tally()).isEqualTo(new Drills.Tally(1, 2));
    }
}
