package io.meridian.drill;

import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import io.meridian.local.process.StartFailedException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./meridian drill}. */
@Command(
        name = "./meridian drill",
        description = "Breaks or empties regions on purpose, on the path of a real switch, and tells what clients saw.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and every target was met",
            "1:a target was missed, or it was aborted, failed or refused",
            "2:the command line or the scenario is wrong",
            "3:there is no such instance, or its control plane cannot be reached",
            "130, 143:ended by Ctrl-C or a signal, after everything was undone"
        })
public final class DrillMain implements Runnable {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;

    @CommandLine.Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    @Spec
    private @Nullable CommandSpec spec;

    private DrillMain() {}

    public static void main(String... arguments) {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new DrillMain())
                .addSubcommand(new CatalogueCommands.ListScenarios())
                .addSubcommand(new CatalogueCommands.Show())
                .addSubcommand(new RunCommand())
                .addSubcommand(new AbortCommand())
                .addSubcommand(new ReportCommand())
                .addSubcommand(new UndoCommand())
                .setUsageHelpWidth(100)
                .setExecutionExceptionHandler((thrown, line, _) -> {
                    int code = code(thrown);
                    line.getErr().println("meridian: " + thrown.getMessage());
                    return code;
                });
    }

    /** What a person needs; a stack trace only when it is our defect. */
    private static int code(Exception thrown) throws Exception {
        return switch (thrown) {
            case RefusedToStartException refused -> refused.exitCode();
            case UnreachableException _ -> UNREACHABLE;
            case DrillFailedException _, StartFailedException _, RefusedException _ -> FAILED;
            case java.io.IOException _, java.sql.SQLException _ -> FAILED;
            default -> throw thrown;
        };
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
        }
    }
}
