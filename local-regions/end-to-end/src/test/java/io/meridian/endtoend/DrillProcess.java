package io.meridian.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.local.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** {@code ./meridian drill run} as a person starts it, to be looked at, and killed, while it runs. */
final class DrillProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST = Deadlines.of(Duration.ofMinutes(5));

    private final Process process;
    private final Path output;
    private final Path progress;

    private DrillProcess(Process process, Path output, Path progress) {
        this.process = process;
        this.output = output;
        this.progress = progress;
    }

    static DrillProcess run(TestRegions regions, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Checkout.root().resolve("meridian").toString(), "drill", "run", "--yes", "--json"));
        command.addAll(List.of("--instance", regions.instance().file().name()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(regions.folder(), "drill", ".json");
        Path progress = Files.createTempFile(regions.folder(), "drill", ".log");
        var builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(progress.toFile());
        builder.environment().put("MERIDIAN_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return new DrillProcess(builder.start(), output, progress); // the launcher becomes the drill: one process
    }

    void awaitProgress(String text) throws IOException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!Files.readString(progress).contains(text)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("the drill did not tell '" + text + "':\n" + Files.readString(progress));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the drill does not end:\n" + Files.readString(progress));
        }
        return process.exitValue();
    }

    String progress() throws IOException {
        return Files.readString(progress);
    }

    /** Waits for the drill's end. */
    JsonNode report() throws IOException, InterruptedException {
        int exitCode = exitCode();
        String text = Files.readString(output);
        if (text.isBlank()) {
            throw new AssertionError(
                    "the drill ended with " + exitCode + " and no report:\n" + Files.readString(progress));
        }
        return JSON.readTree(text);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
