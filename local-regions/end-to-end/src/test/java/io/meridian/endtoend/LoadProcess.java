package io.meridian.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The load in a process of its own, as {@code ./meridian load} starts it: drives the ledger through all edges, then judges what became of each acknowledged write. */
final class LoadProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern USER = Pattern.compile("\\bu[0-9a-z]+-\\d+\\b");

    private final Process process;
    private final Path output;
    private final Path errors;
    private final Path report;
    private final Duration patience;

    private LoadProcess(Process process, Path output, Path errors, Path report, Duration patience) {
        this.process = process;
        this.output = output;
        this.errors = errors;
        this.report = report;
        this.patience = patience;
    }

    static LoadProcess start(TestRegions regions, int ratePerSecond, Duration duration) throws IOException {
        Path folder = Files.createDirectories(regions.folder().resolve("load"));
        Path output = Files.createTempFile(folder, "load", ".json");
        Path errors = Files.createTempFile(folder, "load", ".log");
        Path report = Files.createTempFile(folder, "acknowledged", ".jsonl");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.meridian.ledger.load.LoadMain",
                "--edges",
                String.join(",", regions.edges()),
                "--rate",
                Integer.toString(ratePerSecond),
                "--seconds",
                Long.toString(duration.toSeconds()),
                "--report",
                report.toString(),
                "--json");
        var builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        var load = new LoadProcess(
                builder.start(), output, errors, report, duration.plus(Deadlines.of(Duration.ofMinutes(3))));
        load.awaitSending();
        return load;
    }

    /** Accounts are open and transfers flow: a fault or a move from now on meets the load. */
    private void awaitSending() throws IOException {
        long deadline = System.nanoTime() + Deadlines.of(Duration.ofSeconds(60)).toNanos();
        while (Files.readString(errors).lines().noneMatch(line -> line.startsWith("sending "))) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroy();
                throw new AssertionError("the load did not begin to send: " + Files.readString(errors));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    boolean running() {
        return process.isAlive();
    }

    /** Waits for load and judge to end. Its exit code says whether something was lost; the figures are what is asked for. */
    JsonNode result() throws Exception {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the load did not end within " + patience + "; " + Files.readString(errors));
        }
        String printed = Files.readString(output);
        if (printed.isBlank()) {
            throw new AssertionError("the load printed nothing: " + Files.readString(errors));
        }
        return JSON.readTree(printed);
    }

    /** Ends the sending now; then as {@link #result}. */
    JsonNode endNow() throws Exception {
        process.destroy();
        return result();
    }

    /** Users of whom the judge said something. After {@link #result}. */
    Set<String> usersOfFindings() throws IOException {
        try (var lines = Files.lines(report)) {
            return lines.filter(line -> !line.startsWith("{"))
                    .flatMap(line -> USER.matcher(line).results())
                    .map(MatchResult::group)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
