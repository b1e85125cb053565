package io.meridian.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code postmaster.pid}: PostgreSQL refuses to start while its pid is anybody's, and after a reboot it may be. Removed when the process of
 * that pid is no PostgreSQL on this data.
 */
final class PostmasterFile {
    private PostmasterFile() {}

    static void removeIfStale(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !runs(lines.getFirst().strip(), data)) {
            Files.deleteIfExists(file);
        }
    }

    private static boolean runs(String pid, Path data) throws IOException {
        Path commandLine = Path.of("/proc", pid, "cmdline");
        if (!Files.exists(commandLine)) {
            return true; // nobody's: PostgreSQL itself takes it over, after looking at the shared memory too
        }
        String command = new String(Files.readAllBytes(commandLine), java.nio.charset.StandardCharsets.UTF_8);
        return command.contains("postgres") && command.contains(data.toString());
    }
}
