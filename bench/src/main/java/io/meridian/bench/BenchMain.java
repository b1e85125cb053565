package io.meridian.bench;

import io.meridian.ledger.load.LoadFailedException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./meridian bench}. */
@Command(
        name = "bench",
        description = "Measures running regions, and what needs none.",
        subcommands = {BenchMain.Quick.class, BenchMain.Assignment.class})
public final class BenchMain {
    private BenchMain() {}

    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
        System.exit(new CommandLine(new BenchMain()).execute(arguments));
    }

    @Command(
            name = "quick",
            mixinStandardHelpOptions = true,
            description = "The pause of a move, and commit-to-visible in another region; about a minute and a half.",
            footer =
                    "Exit status: 0 measured, whatever the numbers; 1 not measured, or a write was lost or doubled; 2 usage.")
    static final class Quick implements Callable<Integer> {
        @Option(names = "--instance", defaultValue = "up", description = "which regions (default ${DEFAULT-VALUE})")
        private String instance = "up";

        @Option(names = "--json", description = "one JSON document on standard output")
        private boolean json;

        @Option(names = "--rounds", defaultValue = "3", description = "moves there and back (default ${DEFAULT-VALUE})")
        private int rounds;

        @Option(names = "--rate", defaultValue = "150", description = "requests per second (default ${DEFAULT-VALUE})")
        private int rate;

        @Option(names = "--writes", defaultValue = "300", description = "commit-to-visible (default ${DEFAULT-VALUE})")
        private int writes;

        @Override
        public Integer call() throws InterruptedException {
            if (rounds < 1 || rate < 1 || writes < 1) {
                System.err.println("bench: --rounds, --rate and --writes are at least 1");
                return 2;
            }
            return measure("quick", instance, json, List.of(new CommitToVisible(writes), new MovePause(rounds, rate)));
        }
    }

    @Command(
            name = "assignment",
            mixinStandardHelpOptions = true,
            description = "Planning of 1,048,576 shards on 100 zones: time and heap; needs no regions.",
            footer = "Exit status: 0 measured, whatever the numbers; 2 usage.")
    static final class Assignment implements Callable<Integer> {
        @Option(names = "--json", description = "one JSON document on standard output")
        private boolean json;

        @Option(names = "--rounds", defaultValue = "9", description = "of each plan (default ${DEFAULT-VALUE})")
        private int rounds;

        @Override
        public Integer call() {
            if (rounds < 1) {
                System.err.println("bench: --rounds is at least 1");
                return 2;
            }
            var machine = Machine.here();
            var report = new BenchReport("assignment", Instant.now(), machine, new PlanningSpeed(rounds).run());
            System.out.println(json ? report.json() : report.table());
            return 0;
        }
    }

    private static int measure(String name, String instance, boolean json, List<Bench> benches)
            throws InterruptedException {
        var machine = Machine.here();
        List<Measurement> results = new ArrayList<>();
        boolean measured = false;
        try {
            Regions regions = Regions.attach(instance);
            for (Bench bench : benches) {
                System.err.println("measuring " + bench.title() + " ...");
                results.addAll(bench.run(regions));
            }
            measured = true;
        } catch (BenchFailedException | LoadFailedException failed) {
            System.err.println("bench: " + failed.getMessage());
        } catch (IOException | SQLException outage) {
            System.err.println("bench: the regions do not answer: " + outage + "; see ./meridian status");
        }
        if (!results.isEmpty()) {
            var report = new BenchReport(name, Instant.now(), machine, results);
            System.out.println(json ? report.json() : report.table());
        }
        boolean wrong = results.stream()
                .anyMatch(
                        one -> (one.metric().equals("load.lost") || one.metric().equals("load.doubled"))
                                && !Boolean.TRUE.equals(one.met()));
        return measured && !wrong ? 0 : 1;
    }
}
