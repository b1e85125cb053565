package io.meridian.drill;

import io.meridian.cli.ExitCode;
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
        footer = {"", "When drills begin by themselves: ./meridian drill schedule --help"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and every target was met",
            "1:a target was missed, or it was aborted or failed",
            "2:the command line or the scenario is wrong",
            "3:something stands in the way, or a person said no; nothing was done",
            "4:there is no such instance, drill or report",
            "6:the control plane cannot be reached",
            "7:of abort: it has not ended yet, and goes on undoing",
            "130, 143:ended by Ctrl-C or a signal, after everything was undone"
        })
public final class DrillMain implements Runnable {
    static final int DONE = ExitCode.DONE.number();
    static final int FAILED = ExitCode.FAILED.number();
    static final int USAGE = ExitCode.USAGE.number();
    static final int REFUSED = ExitCode.REFUSED.number();
    static final int NOT_FOUND = ExitCode.NOT_FOUND.number();
    static final int UNAVAILABLE = ExitCode.UNAVAILABLE.number();
    static final int UNKNOWN = ExitCode.UNKNOWN.number();

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
                .addSubcommand(new ServeCommand())
                .addSubcommand(new RegisterCommand())
                .addSubcommand(new ReadinessCommand())
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
            case UnreachableException _ -> UNAVAILABLE;
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
