package io.meridian.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

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

/** {@code ./meridian}, as a person types it. */
final class Launcher {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestRegions regions;

    Launcher(TestRegions regions) {
        this.regions = regions;
    }

    record Ran(int status, String output, String errors) {}

    /** @return what a successful command printed for programs */
    JsonNode json(String... arguments) throws Exception {
        Ran ran = meridian(arguments);
        assertThat(ran.status()).as(List.of(arguments) + ": " + ran).isZero();
        return JSON.readTree(ran.output());
    }

    Ran meridian(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--instance");
        all.add(regions.instance().file().name());
        return runWith(List.of(), all.toArray(String[]::new));
    }

    /** @param before what stands before the launcher on the command line */
    Ran runWith(List<String> before, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.add(Checkout.root().resolve("meridian").toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(regions.folder(), "command", ".out");
        Path errors = Files.createTempFile(regions.folder(), "command", ".err");
        var builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment().put("MERIDIAN_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(Deadlines.of(Duration.ofMinutes(3)).toSeconds(), TimeUnit.SECONDS);
            assertThat(ended)
                    .as(command + " ended; so far: " + Files.readString(errors))
                    .isTrue();
            return new Ran(process.exitValue(), Files.readString(output), Files.readString(errors));
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }
}
