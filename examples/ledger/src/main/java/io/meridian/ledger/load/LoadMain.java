package io.meridian.ledger.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./meridian load}. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description =
                "Drives the ledger through all edges at a fixed rate, then judges: is every acknowledged write there exactly once?",
        footer =
                "Ctrl-C ends the sending, and what was acknowledged is judged. Exit status: 0 all requests answered and nothing lost or doubled; 3 some failed; 1 lost, doubled or not judged; 2 usage.")
public final class LoadMain implements Callable<Integer> {
    @Option(
            names = "--edges",
            required = true,
            split = ",",
            paramLabel = "URL",
            description = "http://host:port of each edge, taken in turn")
    private List<URI> edges = List.of();

    @Option(names = "--rate", defaultValue = "150", description = "requests per second (default ${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seconds", defaultValue = "30", description = "how long (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--users",
            defaultValue = "300",
            description = "users, with names of their own (default ${DEFAULT-VALUE})")
    private int users;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean json;

    @Option(names = "--report", paramLabel = "FILE", description = "append each acknowledged write, and what was found")
    private Optional<Path> report = Optional.empty();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LoadMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Optional<String> wrong = wrongOption();
        if (wrong.isPresent()) {
            System.err.println(wrong.get());
            return 2;
        }
        var options = new LoadOptions(edges, rate, Duration.ofSeconds(seconds), users, System.nanoTime(), report);
        var ended = new CountDownLatch(1);
        try {
            LoadResult result = driven(options, ended);
            tell(result);
            return !result.nothingLostOrDoubled() ? 1 : result.failed() > 0 ? 3 : 0;
        } catch (LoadFailedException noLedger) {
            System.err.println("load: " + noLedger.getMessage());
            return 1;
        } finally {
            ended.countDown();
        }
    }

    private LoadResult driven(LoadOptions options, CountDownLatch ended) throws InterruptedException, IOException {
        try (var run = LoadRun.start(options)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> endEarly(run, ended), "load-end-early"));
            say("sending " + rate + " requests/s for " + seconds + " s to " + users + " users through " + edges);
            report.ifPresent(file -> say("each acknowledged write is noted in " + file));
            run.awaitSent();
            say("judging: reading the books of all users");
            return run.await();
        }
    }

    /** The process was told to end: it does when what was acknowledged has been judged, at once when it has been. */
    private static void endEarly(LoadRun run, CountDownLatch ended) {
        run.endSending();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(LoadResult result) throws JsonProcessingException {
        System.out.println(json ? new ObjectMapper().writeValueAsString(result.toJson()) : table(result));
        result.findings().stream().limit(20).forEach(System.err::println);
    }

    /** On standard error, which is for people also when standard output is for scripts. */
    private static void say(String progress) {
        System.err.println(progress);
    }

    private Optional<String> wrongOption() {
        for (URI edge : edges) {
            if (edge.getHost() == null || edge.getPort() < 1) {
                return Optional.of("--edges: '" + edge + "' is not http://host:port");
            }
        }
        if (rate < 1 || rate > 10_000 || seconds < 1 || users < 1) {
            return Optional.of("--rate is 1 to 10000; --seconds and --users are at least 1");
        }
        return Optional.empty();
    }

    private static String table(LoadResult result) {
        return """
                requests      %d, failed %d %s
                acknowledged  %d writes: lost %d, doubled %d
                latency ms    p50 %s  p99 %s  max %s
                pause ms      p50 %s  p99 %s  max %s  (%d requests were held by a move)""".formatted(
                        result.requests(),
                        result.failed(),
                        result.failures().isEmpty() ? "" : result.failures(),
                        result.acknowledged(),
                        result.lost(),
                        result.doubled(),
                        shown(result.latency(), 0.5),
                        shown(result.latency(), 0.99),
                        shown(result.latency(), 1),
                        shown(result.pause(), 0.5),
                        shown(result.pause(), 0.99),
                        shown(result.pause(), 1),
                        result.pause().count());
    }

    private static String shown(Waits waits, double share) {
        Double millis = waits.percentileMillis(share);
        return millis == null ? "-" : millis.toString();
    }
}
