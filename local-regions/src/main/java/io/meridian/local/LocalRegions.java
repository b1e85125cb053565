package io.meridian.local;

import io.meridian.local.process.StartFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What the launcher runs for {@code up}, {@code down}, {@code reset}, {@code status}, {@code logs}, {@code renew-certificates}, {@code agent install}, {@code agent remove} and {@code fuzz-api}. Exit code 0: done; 1: failed, and why was said; 2: wrong call. */
@Command(
        name = "meridian",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            ResetCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            RenewCertificatesCommand.class,
            InstallFenceCommand.class,
            RemoveFenceCommand.class,
            FuzzApiCommand.class
        })
public final class LocalRegions {
    private LocalRegions() {}

    public static void main(String[] arguments) {
        quiet();
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new LocalRegions())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failed, line, _) -> {
                    line.getErr().println(told(failed));
                    return 1;
                });
    }

    /** What a person needs; a stack trace only when it is our defect. */
    private static String told(Exception failed) throws Exception {
        return switch (failed) {
            case StartFailedException said -> "meridian: " + said.getMessage();
            case UncheckedIOException wrapped -> "meridian: " + wrapped.getMessage();
            case IOException outage ->
                "meridian: " + outage.getMessage() + " (" + outage.getClass().getSimpleName() + ")";
            default -> throw failed;
        };
    }

    /** Clients of Kafka and PostgreSQL tell at length what they try while a server starts. */
    private static void quiet() {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
    }
}
