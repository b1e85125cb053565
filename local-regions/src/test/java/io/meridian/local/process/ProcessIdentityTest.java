package io.meridian.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdentityTest {
    @Test
    void aPidWithAnotherStartTimeIsNotOurs(@TempDir Path folder) throws Exception {
        ProcessIdentity real = sleeper(folder);
        var stale = new ProcessIdentity(real.pid(), real.startedAtMillis() - 3_600_000);

        stale.kill();

        assertThat(stale.alive()).isFalse();
        assertThat(real.alive()).isTrue();
        real.kill();
    }

    @Test
    void aProcessThatIgnoresTheSignalIsKilledAfterTheLimit(@TempDir Path folder) throws Exception {
        ProcessIdentity stubborn = DetachedProcess.start(
                List.of("sh", "-c", "trap '' TERM; echo ready; while true; do sleep 1; done"),
                folder,
                folder.resolve("log"));
        Waiting.until(
                "sh",
                stubborn,
                folder.resolve("log"),
                Duration.ofSeconds(10),
                () -> java.nio.file.Files.size(folder.resolve("log")) > 0);

        stubborn.stop("TERM", Duration.ofMillis(200));

        assertThat(stubborn.alive()).isFalse();
    }

    @Test
    void aStartThatFailsShowsTheEndOfTheLog(@TempDir Path folder) throws Exception {
        ProcessIdentity failing = DetachedProcess.start(
                List.of("sh", "-c", "echo no room on the disk; exit 3"), folder, folder.resolve("log"));

        String message = "";
        try {
            Waiting.until("the program", failing, folder.resolve("log"), Duration.ofSeconds(10), () -> false);
        } catch (StartFailedException failed) {
            message = failed.getMessage();
        }

        assertThat(message)
                .contains("the program ended")
                .contains("| no room on the disk")
                .contains(folder.resolve("log").toString());
    }

    private static ProcessIdentity sleeper(Path folder) throws Exception {
        return DetachedProcess.start(List.of("sleep", "60"), folder, folder.resolve("log"));
    }
}
