package io.meridian.local.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Starts a program in a session of its own, so that it survives the launcher and its terminal's Ctrl-C. Input is empty, output goes to a file.
 * {@code setsid} and {@code setpriv} replace themselves by the program, so the pid is the program's own.
 */
public final class DetachedProcess {
    private DetachedProcess() {}

    public static ProcessIdentity start(List<String> command, Path workingDirectory, Path log) throws IOException {
        return start(command, workingDirectory, log, Map.of());
    }

    /** @param environment added to this process' own */
    public static ProcessIdentity start(
            List<String> command, Path workingDirectory, Path log, Map<String, String> environment) throws IOException {
        Files.createDirectories(workingDirectory);
        List<String> whole = new ArrayList<>(List.of("setsid"));
        whole.addAll(command);
        var builder = new ProcessBuilder(whole)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return ProcessIdentity.of(builder.start().toHandle());
    }

    /** The class path that runs this, for children that have another working directory. */
    public static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The Java that runs this, for children that are Java too. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
