package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptedWaitTest {
    private static final Duration LIMIT =
            Duration.ofSeconds(20L * Integer.parseInt(System.getenv().getOrDefault("MERIDIAN_SLOW", "1")));

    @Test
    void ctrlCLeavesTheRunGoingAndSaysHowToWatchIt(@TempDir Path folder) throws Exception {
        try (var plane = PlayedControlPlane.start()) {
            plane.answers("POST /moves", 202, MoveTest.run("FENCING", ""))
                    .answers("GET /runs/mv-1", 200, MoveTest.run("FENCING", ""));
            Path err = folder.resolve("err");
            var command = new ProcessBuilder(
                    // A build in the background of a shell inherits SIGINT as ignored.
                    "env",
                    "--default-signal=INT",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classPath(),
                    Cli.class.getName(),
                    "move",
                    "--shards",
                    "0-340",
                    "--to",
                    "west-1",
                    "--wait");
            command.environment().put("MERIDIAN_API", plane.address());
            command.environment().put("MERIDIAN_TOKEN", PlayedControlPlane.TOKEN);
            Process process = command.redirectError(err.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .start();
            try {
                awaitWatching(plane, process, err);

                new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor();

                assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(130);
                assertThat(Files.readString(err))
                        .contains(
                                "mv-1 goes on. Watch it: ./meridian runs mv-1 --wait   Take it back: ./meridian runs cancel mv-1");
                assertThat(plane.asked()).noneMatch(asked -> asked.what().contains("cancel"));
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void awaitWatching(PlayedControlPlane plane, Process process, Path err)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (plane.asked().stream().noneMatch(asked -> asked.what().equals("GET /runs/mv-1"))) {
            assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
            assertThat(System.nanoTime() - deadline)
                    .as("nobody asked for the run")
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
