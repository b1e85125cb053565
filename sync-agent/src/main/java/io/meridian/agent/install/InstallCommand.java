package io.meridian.agent.install;

import io.meridian.agent.server.StandbyRule;
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
            Optional<String> standbyLacks = standbyLacks(store, plan);
            if (standbyLacks.isPresent() && options.standbyRequired()) {
                err.println("a synchronous standby is required: " + standbyLacks.get());
                return 1;
            }
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
                    out.println(
                            standbyLacks
                                    .map(what ->
                                            "hint: no synchronous standby, so what the store committed last can be lost with its server: "
                                                    + what)
                                    .orElse(
                                            "a synchronous standby has what is committed here: give the agent meridian.store.standby=required"));
                    yield 0;
                }
                case Installer.Outcome.Refused refused -> {
                    refused.faults().forEach(err::println);
                    yield 1;
                }
            };
        }
    }

    /** The slot is not asked for: it may not be there yet, and the agent sees to it. */
    private static Optional<String> standbyLacks(Connection store, InstallPlan plan) throws SQLException {
        if (store.getMetaData().getDatabaseMajorVersion() < 17) {
            return Optional.of("the server is too old to tell");
        }
        StandbyRule.Found found = StandbyRule.readAsSuperuser(store, plan.slot());
        return StandbyRule.obstacle(
                new StandbyRule.Found(
                        found.names(), found.synchronous(), found.commit(), found.slots(), Optional.empty()),
                plan.slot());
    }
}
