package io.meridian.simulation;

import io.meridian.control.switching.SwitchState;
import io.meridian.simulation.judge.Invariant;
import io.meridian.simulation.judge.Violation;
import io.meridian.simulation.router.SimEdge;
import io.meridian.simulation.rules.Rules;
import java.util.List;
import java.util.SortedMap;

/** Plays a {@link History}: faults and moves, then calm, then one write to every shard through every edge. The same history always goes the same way. */
public final class Simulation {
    private static final long SECOND = 1_000_000;
    /** The slowest way to an end: a run that waits for a region to open (60 s), its proofs (20 s), sessions that lapse (12 s). */
    private static final long CALM_AT_MOST_MICROS = 150 * SECOND;

    private static final long LOOK_MICROS = SECOND;

    private Simulation() {}

    /** How a history ended. */
    public sealed interface Result {
        record Passed(Counts counts, List<String> trace) implements Result {}

        /** @param trace the last things that happened */
        record Failed(Invariant invariant, String detail, long atMicros, List<String> trace) implements Result {}
    }

    /** @param orphans writes that are in no lineage */
    public record Counts(
            long events,
            int done,
            int rolledBack,
            int failovers,
            int orphans,
            long writes,
            SortedMap<SimEdge.Answer, Integer> answers) {
        @Override
        public String toString() {
            return events + " events, " + done + " moves done, " + rolledBack + " rolled back, " + failovers
                    + " failovers, " + orphans + " orphans, " + writes + " writes; requests: " + answers;
        }
    }

    public static Result run(History history, Rules rules) {
        var watch = new Watch();
        var world = new World(history, rules, watch);
        try {
            return new Result.Passed(play(history, world, watch), world.trace.lines());
        } catch (Violation violation) {
            return failed(violation, world);
        } catch (RuntimeException defect) {
            return failed(new Violation(Invariant.NO_DEFECT, defect), world);
        }
    }

    private static Result failed(Violation violation, World world) {
        return new Result.Failed(
                violation.invariant(),
                String.valueOf(violation.getMessage()),
                world.scheduler.nowMicros(),
                world.trace.lines());
    }

    private static Counts play(History history, World world, Watch watch) {
        watch.of(world);
        var clients = new Clients(world, history.seed(), history.faulty());
        if (history.faulty()) {
            world.log.askedTwice(0.3);
        }
        for (Step step : history.steps()) {
            world.scheduler.at(step.atMillis() * 1_000, () -> world.perform(step));
            if (step.kind() == Step.Kind.MOVE) {
                clients.slowOnesBefore(step, history.seed());
            }
        }
        world.scheduler.at(History.BEGINS_MILLIS * 1_000, clients::start);
        world.scheduler.at(History.ENDS_MILLIS * 1_000, clients::stop);
        long ends = history.endsMillis() * 1_000;
        goOn(world, watch, ends);
        for (long at = ends; at < ends + calm(history) && !Ending.quiet(world, clients); at += LOOK_MICROS) {
            goOn(world, watch, at + LOOK_MICROS);
        }
        Ending.check(world, clients);
        clients.probe();
        long probed = world.scheduler.nowMicros();
        for (int look = 1; look <= 30 && !(look > 3 && Ending.quiet(world, clients)); look++) {
            goOn(world, watch, probed + look * LOOK_MICROS);
        }
        Ending.check(world, clients);
        return counts(world, clients);
    }

    private static long calm(History history) {
        return History.losesRegions(history.seed()) ? 2 * CALM_AT_MOST_MICROS : CALM_AT_MOST_MICROS;
    }

    private static void goOn(World world, Watch watch, long untilMicros) {
        while (world.scheduler.step(untilMicros)) {
            watch.afterEvent();
        }
    }

    private static Counts counts(World world, Clients clients) {
        var runs = world.log.committed().runs();
        return new Counts(
                world.scheduler.happened(),
                (int) runs.stream()
                        .filter(run -> run.state() instanceof SwitchState.Done
                                && run.failover().isEmpty())
                        .count(),
                (int) runs.stream()
                        .filter(run -> run.state() instanceof SwitchState.RolledBack)
                        .count(),
                (int) runs.stream()
                        .filter(run -> run.state() instanceof SwitchState.Done
                                && run.failover().isPresent())
                        .count(),
                world.log.committed().shards().stream()
                        .mapToInt(shard -> world.truth.outside(shard.shard()).size())
                        .sum(),
                world.regions.values().stream()
                        .mapToLong(region -> region.store().written())
                        .sum(),
                clients.answers());
    }
}
