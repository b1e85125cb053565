package io.meridian.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What makes a shell complete commands and options: those of this program, and those that the launcher has itself. */
@Command(
        name = "completion",
        description = "Prints a script that lets a shell complete commands and options.",
        footer = {
            "",
            "For this shell: source <(./meridian completion bash)",
            "For every one:  write it to a file that the shell reads when it starts."
        })
final class CompletionCommand implements Callable<Integer> {
    private static final String REGISTERED = "complete -F _complete_meridian -o default meridian";

    /** Both take the same script: it makes zsh understand bash's way of saying it. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(index = "0", paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    private final Surroundings around;

    CompletionCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        CommandLine whole = Cli.commandLine(around);
        LauncherCommands.into(whole);
        String script = AutoComplete.bash("meridian", whole);
        String line = REGISTERED + " meridian.sh meridian.bash";
        if (!script.contains(line)) {
            throw new IllegalStateException("picocli registers completion in another way than by: " + line);
        }
        new Console(around)
                .line(script.replace(line, REGISTERED + " ./meridian").stripTrailing());
        return ExitCode.DONE.number();
    }
}
