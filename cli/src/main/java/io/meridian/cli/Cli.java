package io.meridian.cli;

import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import io.meridian.cli.api.UnreadableAnswerException;
import io.meridian.cli.api.WaitsException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code ./meridian} commands that talk to a running control plane. */
@Command(
        name = "./meridian",
        description = "Shows who owns which users, and moves them between zones while they work.",
        synopsisSubcommandLabel = "COMMAND")
public final class Cli implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    @Spec
    private @Nullable CommandSpec spec;

    private Cli() {}

    public static void main(String... arguments) {
        System.exit(commandLine(Surroundings.ofThisProcess()).execute(arguments));
    }

    static CommandLine commandLine(Surroundings around) {
        var commandLine = new CommandLine(new Cli())
                .addSubcommand(new ShardsCommand(around))
                .addSubcommand(new WhereCommand(around))
                .addSubcommand(new ZonesCommand(around))
                .addSubcommand(new MoveCommand(around))
                .addSubcommand(new ReassignCommands.Rebalance(around))
                .addSubcommand(new ReassignCommands.Evacuate(around))
                .addSubcommand(new CommandLine(new FailoverCommand(around))
                        .addSubcommand(new FailoverAdviceCommand.Show(around))
                        .addSubcommand(new FailoverAdviceCommand.Acknowledge(around)))
                .addSubcommand(OrphansCommand.with(around))
                .addSubcommand(new ReassignCommands.Shift(around))
                .addSubcommand(new ReassignCommands.PopOut(around))
                .addSubcommand(new ReassignCommands.PopIn(around))
                .addSubcommand(new ReassignCommands.Reverse(around))
                .addSubcommand(new CommandLine(new RunsCommand(around))
                        .addSubcommand(new RunsCommand.History(around))
                        .addSubcommand(new CancelCommand(around))
                        .addSubcommand(new HandlingCommand.Pause(around))
                        .addSubcommand(new HandlingCommand.Resume(around))
                        .addSubcommand(new HandlingCommand.Retry(around))
                        .addSubcommand(new HandlingCommand.Force(around)))
                .addSubcommand(BrakeCommand.commandLine(around))
                .addSubcommand(new CommandLine(new CertificateCommand())
                        .addSubcommand(new CertificateCommand.Get(around))
                        .addSubcommand(new CertificateCommand.Keys(around))
                        .addSubcommand(new CertificateVerifyCommand(around)))
                .addSubcommand(new VerifyCommand(around))
                .addSubcommand(new RepairCommand(around))
                .addSubcommand(new RepairsCommand(around))
                .addSubcommand(new SeedCommand.Seed(around))
                .addSubcommand(SeedingsCommand.with(around))
                .addSubcommand(SeedCommand.ofRegion(around))
                .addSubcommand(new CommandLine(new TopologyCommand())
                        .addSubcommand(new TopologyCommand.Show(around))
                        .addSubcommand(new TopologyCommand.Apply(around))
                        .addSubcommand(new TopologyRevisions.History(around))
                        .addSubcommand(new TopologyRevisions.Diff(around))
                        .addSubcommand(new TopologyRevisions.RollBack(around)))
                .addSubcommand(new RegionsCommand(around))
                .addSubcommand(new LagCommand(around))
                .addSubcommand(ParkedCommand.with(around))
                .addSubcommand(EnvoysCommand.with(around))
                .addSubcommand(VotersCommand.commandLine(around))
                .addSubcommand(new BackupCommand(around))
                .addSubcommand(new RestoreCommand(around))
                .addSubcommand(ApprovalsCommand.with(around))
                .addSubcommand(PinsCommand.with(around))
                .addSubcommand(TokensCommand.with(around))
                .addSubcommand(AuditCommand.with(around))
                .addSubcommand(new EventsCommand(around))
                .addSubcommand(ScheduleCommands.with(around))
                .addSubcommand(new DemoCommand(around))
                .addSubcommand(ContextCommand.with(around))
                .addSubcommand(new CompletionCommand(around));
        ExitCodeHelp.into(commandLine);
        return commandLine
                .setOut(around.out())
                .setErr(around.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(around.ansi()))
                .setUsageHelpWidth(100)
                .setUsageHelpAutoWidth(false)
                .setParameterExceptionHandler((wrong, _) -> usage(wrong, around))
                .setExecutionExceptionHandler((thrown, command, _) -> exitCodeOf(thrown, command, around));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
        }
    }

    /** The message and where to read on; picocli's own handler prints the whole help, which pushes the message off the screen. */
    private static int usage(CommandLine.ParameterException wrong, Surroundings around) {
        var console = new Console(around);
        boolean command = wrong.getCommandLine().getParent() == null;
        console.error(console.bad(
                command && wrong instanceof CommandLine.UnmatchedArgumentException unknown
                        ? "there is no command '" + String.join(" ", unknown.getUnmatched())
                                + "'; ./meridian help lists what there is"
                        : String.valueOf(wrong.getMessage())));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, around.err())) {
            console.error("  " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        }
        return ExitCode.USAGE.number();
    }

    private static int exitCodeOf(Exception thrown, CommandLine command, Surroundings around) throws Exception {
        boolean json = command.getParseResult().hasMatchedOption("--json");
        var complaint = new Complaint(new Console(around), json);
        Optional<String> key =
                thrown instanceof WaitsException ? Optional.empty() : ApiOptions.changeSent(command.getCommandSpec());
        ExitCode settled = switch (thrown) {
            case RefusedException refused -> complaint.refused(refused, key.isPresent());
            case WaitsException waits -> complaint.waits(waits);
            case UnreachableException unreachable -> complaint.unreachable(unreachable);
            case UnreadableAnswerException unreadable -> complaint.unreadable(unreadable);
            case SettingException unfit -> complaint.unfit(unfit);
            default -> throw thrown;
        };
        if (key.isPresent()) {
            complaint.unknown(thrown, key.get(), command.getCommandSpec().findOption("--change-key") != null);
            return ExitCode.UNKNOWN.number();
        }
        return settled.number();
    }
}
