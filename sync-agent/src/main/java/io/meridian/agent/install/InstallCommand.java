package io.meridian.agent.install;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code agent install}: puts the fence into one region's store of a group. Exit code 0: done; 1: refused, with the cures; 2: wrong call. */
@Command(
        name = "agent install",
        mixinStandardHelpOptions = true,
        description = "Puts schema meridian, the fence triggers, the publication and the slot into one store.")
public final class InstallCommand implements Callable<Integer> {
    @Mixin
    private StoreOptions options = new StoreOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new InstallCommand())
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("not installed: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Optional<InstallPlan> known = options.plan(err);
        if (known.isEmpty()) {
            return 2;
        }
        InstallPlan plan = known.get();
        try (Connection store = options.connect()) {
            if (options.dryRun()) {
                out.print(Installer.script(plan));
                out.flush();
                List<InstallFault> faults = Installer.check(store, plan);
                faults.forEach(err::println);
                return faults.isEmpty() ? 0 : 1;
            }
            return switch (Installer.apply(store, plan)) {
                case Installer.Outcome.Installed _ -> {
                    out.println("installed region=" + options.region() + " group=" + plan.group() + " shards="
                            + plan.range().size() + " tables=" + plan.tables().size());
                    yield 0;
                }
                case Installer.Outcome.Refused refused -> {
                    refused.faults().forEach(err::println);
                    yield 1;
                }
            };
        }
    }
}
