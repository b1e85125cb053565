package io.meridian.control.drilling;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.command.Command;
import io.meridian.control.drilling.DrillSchedule.Declared;
import io.meridian.control.drilling.DrillSchedule.Outcome;
import io.meridian.control.switching.MoveLab;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A lab with a schedule that is due at three each night, UTC, for an hour, and a leader that looks when it is told to. */
final class ScheduleLab {
    static final Instant BEGIN = Instant.parse("2026-06-01T12:00:00Z");
    static final Instant FIRST = Instant.parse("2026-06-02T03:00:00Z");
    static final Duration DAY = Duration.ofDays(1);

    final MoveLab lab = MoveLab.ready();
    private int keys;

    static ScheduleLab nightly(String... blackouts) {
        var lab = new ScheduleLab();
        lab.register("lose");
        lab.put(declared("nightly", true, blackouts), BEGIN);
        return lab;
    }

    void register(String name) {
        lab.accept(new Command.RegisterScenario(
                key(), lab.tick(), DrillDeciderTest.loses(name, MoveLab.WEST, "text " + ++keys)));
    }

    static Declared declared(String name, boolean enabled, String... blackouts) {
        return new Declared(
                name,
                "lose",
                Optional.empty(),
                "",
                new Timetable(
                        "0 3 * * *",
                        "UTC",
                        60,
                        List.of(blackouts).stream()
                                .map(text -> Timetable.Blackout.read(text).orElseThrow())
                                .toList()),
                enabled);
    }

    String key() {
        return "schedule-key-" + ++keys;
    }

    void put(Declared declared, Instant now) {
        lab.accept(new Command.PutSchedule(key(), now, declared, Optional.empty()));
    }

    DrillSchedule schedule() {
        return lab.state().drills().schedule("nightly").orElseThrow();
    }

    Optional<Command> wanted(Instant now) {
        return schedule()
                .declared()
                .timetable()
                .due(schedule().settled())
                .flatMap(due -> ScheduledDrills.wanted(schedule(), due, now));
    }

    /** As the leader does. */
    void look(Instant now) {
        wanted(now).ifPresent(lab::accept);
    }

    void claim(Instant now) {
        lab.accept(new Command.ClaimDrill(key(), now, newest().id(), "r"));
    }

    void end(Drill.State outcome, Instant now) {
        lab.accept(new Command.EndDrill(
                key(),
                now,
                newest().id(),
                "r",
                outcome,
                outcome == Drill.State.SKIPPED ? "west is not whole" : "",
                Optional.empty(),
                Drill.Figures.none(),
                List.of(),
                ""));
    }

    void brake(Instant now) {
        lab.accept(new Command.Brake(key(), now, "payday"));
    }

    void release(Instant now) {
        lab.accept(new Command.ReleaseBrake(key(), now));
    }

    Drill newest() {
        return lab.state().drills().all().getLast();
    }

    List<Drill> drills() {
        return lab.state().drills().all();
    }

    Outcome outcome() {
        assertThat(schedule().outcomes()).isNotEmpty();
        return schedule().outcomes().getLast();
    }
}
