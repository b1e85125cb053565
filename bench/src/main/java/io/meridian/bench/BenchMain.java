package io.meridian.bench;

import io.meridian.ledger.load.LoadFailedException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
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
        subcommands = {
            BenchMain.Quick.class,
            BenchMain.Assignment.class,
            BenchMain.ControlPlaneAlone.class,
            BenchMain.RouterAlone.class,
            BenchMain.Fence.class,
            BenchMain.Failover.class,
            BenchMain.Sync.class
        })
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

    @Command(
            name = "control-plane",
            mixinStandardHelpOptions = true,
            description = "Three nodes of their own: commands, a killed leader, many readers of the feed; heap of a big"
                    + " state; a big plan. Needs no regions; about two minutes.",
            footer = "Exit status: 0 measured, whatever the numbers; 1 not measured; 2 usage.")
    static final class ControlPlaneAlone implements Callable<Integer> {
        private static final int HEAP_MIB = 512;
        private static final int BIG_HEAP_MIB = 3072;
        private static final int FEED_CHANGES = 20;
        private static final int PLANS = 5;

        @Option(names = "--json", description = "one JSON document on standard output")
        private boolean json;

        @Option(
                names = "--seconds",
                defaultValue = "10",
                description = "of each measurement of commands (default ${DEFAULT-VALUE})")
        private int seconds;

        @Option(names = "--kills", defaultValue = "5", description = "of the leader (default ${DEFAULT-VALUE})")
        private int kills;

        @Option(
                names = "--watchers",
                defaultValue = "1000",
                description = "readers of the change feed (default ${DEFAULT-VALUE})")
        private int watchers;

        @Override
        public Integer call() throws InterruptedException {
            if (seconds < 1 || kills < 1 || watchers < 1) {
                System.err.println("bench: --seconds, --kills and --watchers are at least 1");
                return 2;
            }
            var machine = Machine.here();
            var results = new ArrayList<Measurement>();
            try {
                System.err.println("measuring commands of three nodes ...");
                try (var nodes = new ControlPlaneNodes(List.of("east", "north", "west"), HEAP_MIB)) {
                    results.addAll(new CommandSpeed(Duration.ofSeconds(seconds)).run(nodes));
                    System.err.println("measuring the delay of the feed to " + watchers + " readers ...");
                    results.addAll(new FeedDelay(watchers, FEED_CHANGES).run(nodes));
                    System.err.println("measuring the gap when the leader is killed (" + kills + " times) ...");
                    results.addAll(new LeaderKillGap(kills, HEAP_MIB).run(nodes));
                }
                System.err.println("measuring the heap of a big state ...");
                try (var node = new ControlPlaneNodes(List.of("east"), BIG_HEAP_MIB)) {
                    results.addAll(StateHeap.run(node));
                }
                System.err.println("measuring a big plan ...");
                new PlanningSpeed(PLANS)
                        .run().stream()
                                .map(one -> one.named("plan." + one.metric()))
                                .forEach(results::add);
            } catch (BenchFailedException failed) {
                System.err.println("bench: " + failed.getMessage());
            } catch (IOException failed) {
                System.err.println("bench: " + failed);
            }
            if (!results.isEmpty()) {
                var report = new BenchReport("control-plane", Instant.now(), machine, results);
                System.out.println(json ? report.json() : report.table());
            }
            return results.stream().anyMatch(one -> one.metric().startsWith("plan.")) ? 0 : 1;
        }
    }

    @Command(
            name = "router",
            mixinStandardHelpOptions = true,
            description =
                    "What the rules cost a request in Envoy, against a static route by turns. A changed route to many"
                            + " streams until the last one has answered, ours and java-control-plane's by turns; resends after a"
                            + " change of replica. Needs no regions.",
            footer = "Exit status: 0 measured, whatever the numbers; 1 not measured; 2 usage.")
    static final class RouterAlone implements Callable<Integer> {
        @Option(names = "--json", description = "one JSON document on standard output")
        private boolean json;

        @Option(names = "--rounds", defaultValue = "20", description = "of each push (default ${DEFAULT-VALUE})")
        private int rounds;

        @Option(
                names = "--streams",
                split = ",",
                defaultValue = "1000,4000",
                description = "how many take the push (default ${DEFAULT-VALUE})")
        private List<Integer> streams = List.of();

        @Option(
                names = "--edge-rounds",
                defaultValue = "20",
                description = "of requests through Envoy, 0: none (default ${DEFAULT-VALUE})")
        private int edgeRounds;

        @Override
        public Integer call() throws InterruptedException {
            if (rounds < 1 || edgeRounds < 0 || streams.stream().anyMatch(count -> count < 1 || count > 8_000)) {
                System.err.println("bench: --rounds is at least 1, --edge-rounds at least 0, --streams are 1 to 8000");
                return 2;
            }
            var machine = Machine.here();
            var results = new ArrayList<Measurement>();
            boolean measured = false;
            try {
                System.err.println("measuring pushes to " + streams + " streams ...");
                results.addAll(new RouterPush(streams, rounds).run());
                if (edgeRounds > 0) {
                    System.err.println("measuring what the rules cost a request in Envoy ...");
                    results.addAll(new EdgeCost(edgeRounds).run());
                }
                measured = true;
            } catch (IOException failed) {
                System.err.println("bench: " + failed.getMessage());
            }
            if (!results.isEmpty()) {
                var report = new BenchReport("router", Instant.now(), machine, results);
                System.out.println(json ? report.json() : report.table());
            }
            return measured ? 0 : 1;
        }
    }

    @Command(
            name = "fence",
            mixinStandardHelpOptions = true,
            description =
                    "What the fence costs a write of 1 and of 100 rows, by 1, 4 and 16 clients, against a table without"
                            + " it by turns, on a PostgreSQL of its own. Needs no regions; about two minutes.",
            footer = "Exit status: 0 measured, whatever the numbers; 1 not measured; 2 usage.")
    static final class Fence implements Callable<Integer> {
        @Option(names = "--json", description = "one JSON document on standard output")
        private boolean json;

        @Option(names = "--rounds", defaultValue = "9", description = "of turns (default ${DEFAULT-VALUE})")
        private int rounds;

        @Option(names = "--turn-ms", defaultValue = "500", description = "one turn's length (default ${DEFAULT-VALUE})")
        private int turnMillis;

        @Override
        public Integer call() throws InterruptedException {
            if (rounds < 1 || turnMillis < 10) {
                System.err.println("bench: --rounds is at least 1, --turn-ms at least 10");
                return 2;
            }
            var machine = Machine.here();
            try {
                var results = new FenceCost(rounds, Duration.ofMillis(turnMillis)).run();
                var report = new BenchReport("fence", Instant.now(), machine, results);
                System.out.println(json ? report.json() : report.table());
                return 0;
            } catch (BenchFailedException failed) {
                System.err.println("bench: " + failed.getMessage());
            } catch (IOException | SQLException failed) {
                System.err.println("bench: " + failed);
            }
            return 1;
        }
    }

    @Command(
            name = "failover",
            mixinStandardHelpOptions = true,
            description =
                    "Three regions of their own under load: one is killed, whole, and failed over at once; then it comes back."
                            + " From the kill: until it is missed, until its lease has ended, until each of 16 shards takes a write"
                            + " elsewhere; requests failed, exposure, orphans, and how long it takes to rejoin. Five minutes and more.",
            footer =
                    "Exit status: 0 measured, whatever the numbers; 1 not measured, or two writers, or a write lost silently; 2 usage.")
    static final class Failover implements Callable<Integer> {
        @Option(names = "--json", description = "one JSON document on standard output")
        private boolean json;

        @Option(names = "--rounds", defaultValue = "3", description = "losses and returns (default ${DEFAULT-VALUE})")
        private int rounds;

        @Option(names = "--rate", defaultValue = "50", description = "requests per second (default ${DEFAULT-VALUE})")
        private int rate;

        @Option(
                names = "--lease-seconds",
                defaultValue = "5",
                description = "of the regions' leases (default ${DEFAULT-VALUE})")
        private int leaseSeconds;

        @Override
        public Integer call() throws InterruptedException {
            if (rounds < 1 || rate < 1 || leaseSeconds < 3) {
                System.err.println(
                        "bench: --rounds and --rate are at least 1, --lease-seconds at least 3: renewals come every 2 s");
                return 2;
            }
            var machine = Machine.here();
            var loss = new RegionLoss(rounds, rate, Duration.ofSeconds(leaseSeconds));
            boolean right = false;
            try {
                right = loss.run();
            } catch (BenchFailedException | LoadFailedException failed) {
                System.err.println("bench: " + failed.getMessage());
            } catch (IOException | SQLException outage) {
                System.err.println("bench: the regions do not answer: " + outage);
            }
            if (!loss.results().isEmpty()) {
                var report = new BenchReport("failover", Instant.now(), machine, loss.results());
                System.out.println(json ? report.json() : report.table());
            }
            return right ? 0 : 1;
        }
    }

    @Command(
            name = "sync",
            mixinStandardHelpOptions = true,
            description =
                    "Rows a second from one PostgreSQL to another at 1, 10 and 100 rows per transaction: native logical"
                            + " replication, Meridian with pgoutput and with Debezium, and the naive pipeline (Debezium's engine,"
                            + " JSON, an upsert per change). Commit to visible at 200 transactions a second; heap and processor"
                            + " time. Needs no regions; about six minutes.",
            footer = "Exit status: 0 measured, whatever the numbers; 1 not measured; 2 usage.")
    static final class Sync implements Callable<Integer> {
        private static final int FEWEST_ROWS = 1_000;

        @Option(names = "--json", description = "one JSON document on standard output")
        private boolean json;

        @Option(
                names = "--rows",
                defaultValue = "100000",
                description = "of each measurement, a multiple of 100 (default ${DEFAULT-VALUE})")
        private int rows;

        @Option(
                names = "--seconds",
                defaultValue = "10",
                description = "of watching single transactions (default ${DEFAULT-VALUE})")
        private int seconds;

        @Override
        public Integer call() throws Exception {
            if (rows < FEWEST_ROWS || rows % 100 != 0 || seconds < 1) {
                System.err.println(
                        "bench: --rows is at least " + FEWEST_ROWS + " and a multiple of 100, --seconds at least 1");
                return 2;
            }
            var machine = Machine.here();
            var speed = new SyncSpeed(rows, Duration.ofSeconds(seconds));
            boolean measured = false;
            try {
                speed.run();
                measured = true;
            } catch (BenchFailedException | IOException | SQLException failed) {
                System.err.println("bench: " + failed.getMessage());
            }
            if (!speed.results().isEmpty()) {
                var report = new BenchReport("sync", Instant.now(), machine, speed.results());
                System.out.println(json ? report.json() : report.table());
            }
            return measured ? 0 : 1;
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
