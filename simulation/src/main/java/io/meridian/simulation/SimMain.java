package io.meridian.simulation;

import io.meridian.simulation.rules.Mutant;
import io.meridian.simulation.rules.Rules;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./meridian sim}. */
@Command(
        name = "sim",
        mixinStandardHelpOptions = true,
        description =
                "Plays histories of moves and faults in simulated time by the real rules, and checks the invariants"
                        + " after every event.",
        footer = "Exit status: 0 every history held; 1 one did not, or a flaw was not found; 2 usage.")
public final class SimMain implements Callable<Integer> {
    private static final int TRACE_LINES = 40;

    @Option(names = "--seeds", paramLabel = "N", description = "so many histories (default: 20)")
    private @Nullable Integer seeds;

    @Option(names = "--from", paramLabel = "N", defaultValue = "0", description = "the first one's seed (default: 0)")
    private long from;

    @Option(names = "--seed", paramLabel = "N", description = "this one history, told whole")
    private @Nullable Long seed;

    @Option(
            names = "--only",
            paramLabel = "N",
            split = ",",
            description = "with --seed: only these of its steps, as a shortened failure names them")
    private @Nullable List<Integer> only;

    @Option(
            names = "--mutant",
            paramLabel = "NAME",
            description = "play by rules with this flaw; one of: ${COMPLETION-CANDIDATES}")
    private @Nullable Mutant mutant;

    @Option(
            names = "--mutants",
            description = "for each flaw, look for a history that shows it, in --seeds histories (default: 100)")
    private boolean mutants;

    @Option(names = "--trace", description = "with --seed: what happened last, even if nothing failed")
    private boolean trace;

    @Spec
    private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new SimMain()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() {
        PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        if (seeds != null && seeds < 1) {
            throw new ParameterException(spec.commandLine(), "--seeds is at least 1");
        }
        if (only != null && seed == null) {
            throw new ParameterException(spec.commandLine(), "--only names steps of one history: say --seed too");
        }
        if (mutants) {
            return everyMutant(out, seeds == null ? 100 : seeds) ? 0 : 1;
        }
        if (seed != null) {
            return one(out, seed) ? 0 : 1;
        }
        return many(out, seeds == null ? 20 : seeds) ? 0 : 1;
    }

    private Supplier<Rules> rules() {
        Mutant flawed = mutant;
        return flawed == null ? () -> Rules.REAL : flawed::rules;
    }

    private boolean one(PrintWriter out, long number) {
        History whole = History.of(number);
        Set<Integer> kept = only == null ? Set.of() : Set.copyOf(only);
        History history = only == null ? whole : whole.only(kept::contains);
        out.println("seed " + number + ", " + history.steps().size() + " steps");
        history.steps().forEach(step -> out.println("  " + step));
        return switch (Simulation.run(history, rules().get())) {
            case Simulation.Result.Failed failed -> {
                tell(out, history, failed);
                yield false;
            }
            case Simulation.Result.Passed passed -> {
                if (trace) {
                    passed.trace().forEach(line -> out.println("  " + line));
                }
                out.println("every invariant held: " + passed.counts());
                yield true;
            }
        };
    }

    private boolean many(PrintWriter out, int count) {
        long begun = System.nanoTime();
        long events = 0;
        long writes = 0;
        int done = 0;
        int rolledBack = 0;
        int failovers = 0;
        int orphans = 0;
        for (long number = from; number < from + count; number++) {
            History history = History.of(number);
            switch (Simulation.run(history, rules().get())) {
                case Simulation.Result.Failed failed -> {
                    tell(out, history, failed);
                    return false;
                }
                case Simulation.Result.Passed passed -> {
                    events += passed.counts().events();
                    writes += passed.counts().writes();
                    done += passed.counts().done();
                    rolledBack += passed.counts().rolledBack();
                    failovers += passed.counts().failovers();
                    orphans += passed.counts().orphans();
                }
            }
        }
        out.println(count + " histories, every invariant held after each of " + events + " events: " + done
                + " moves done, " + rolledBack + " rolled back, " + failovers + " failovers, " + orphans + " orphans, "
                + writes + " writes; "
                + (System.nanoTime() - begun) / 1_000_000_000 + " s");
        return true;
    }

    private void tell(PrintWriter out, History history, Simulation.Result.Failed failed) {
        failure(out, "seed " + history.seed(), failed);
        out.println("shortening its " + history.steps().size() + " steps ...");
        out.flush();
        Shrinker.Shortened shortened = Shrinker.shorten(history, failed, rules());
        failure(out, shortened.history().steps().size() + " steps are enough", shortened.failure());
        shortened.history().steps().forEach(step -> out.println("  " + step));
        out.println("what happened last:");
        List<String> lines = shortened.failure().trace();
        lines.subList(Math.max(0, lines.size() - TRACE_LINES), lines.size()).forEach(line -> out.println("  " + line));
        out.println("again: " + again(shortened.history()));
    }

    private static void failure(PrintWriter out, String what, Simulation.Result.Failed failed) {
        out.printf(
                "%s: at %.3f s it does not hold that %s (%s):%n  %s%n",
                what, failed.atMicros() / 1e6, failed.invariant().sentence(), failed.invariant(), failed.detail());
    }

    private String again(History history) {
        String steps = history.steps().stream()
                .map(step -> Integer.toString(step.number()))
                .collect(Collectors.joining(","));
        return "./meridian sim --seed " + history.seed() + (steps.isEmpty() ? "" : " --only " + steps)
                + Optional.ofNullable(mutant).map(flaw -> " --mutant " + flaw).orElse("");
    }

    private boolean everyMutant(PrintWriter out, int count) {
        boolean all = true;
        for (Mutant flaw : Mutant.values()) {
            Optional<Catch> caught = caught(flaw, LongStream.range(from, from + count));
            all &= caught.isPresent();
            out.printf(
                    "%-29s PROTOCOL %s: %s%n%-29s   %s%n",
                    flaw,
                    flaw.section(),
                    flaw.flaw(),
                    "",
                    caught.map(one ->
                                    "seed " + one.seed() + ": " + one.failure().invariant())
                            .orElse("NOT FOUND in " + count + " histories"));
            out.flush();
        }
        return all;
    }

    record Catch(long seed, Simulation.Result.Failed failure) {}

    /** The first history that shows the flaw, of those that could. */
    static Optional<Catch> caught(Mutant flaw, LongStream seeds) {
        LongStream able = flaw.needsALoss()
                ? seeds.map(number -> History.LOSSES_FROM + number).filter(History::losesRegions)
                : seeds;
        return able.boxed()
                .flatMap(number ->
                        Simulation.run(History.of(number), flaw.rules()) instanceof Simulation.Result.Failed failed
                                ? java.util.stream.Stream.of(new Catch(number, failed))
                                : java.util.stream.Stream.of())
                .findFirst();
    }
}
