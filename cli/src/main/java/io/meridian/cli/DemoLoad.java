package io.meridian.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The ledger's load generator as a child process: it ends with this one, by its handle. */
final class DemoLoad implements AutoCloseable {
    private final Process process;
    private final Path result;
    private final Path log;

    private DemoLoad(Process process, Path result, Path log) {
        this.process = process;
        this.result = result;
        this.log = log;
    }

    /**
     * @param command of the shell, without the load's own options
     * @param folder for what it prints, which stays when the demo is interrupted
     */
    static DemoLoad start(String command, Path folder, int rate, Duration lasting) throws IOException {
        Files.createDirectories(folder);
        Path result = Files.createTempFile(folder, "demo", ".json");
        Path log = Files.createTempFile(folder, "demo", ".log");
        String seconds = Long.toString(lasting.toSeconds());
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec " + command + " \"$@\"",
                        "load",
                        "--rate",
                        Integer.toString(rate),
                        "--seconds",
                        seconds,
                        "--json")
                .redirectOutput(result.toFile())
                .redirectError(log.toFile())
                .start();
        var load = new DemoLoad(process, result, log);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "end-load"));
        return load;
    }

    /** Whether it ended before {@code limit} passed. */
    boolean ended(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean well() {
        return !process.isAlive() && process.exitValue() == 0;
    }

    /** What it printed on standard output: the judge's JSON. */
    String result() throws IOException {
        return Files.readString(result);
    }

    String log() throws IOException {
        return Files.readString(log).strip();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        Files.deleteIfExists(result);
        Files.deleteIfExists(log);
    }
}
