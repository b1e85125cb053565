package io.meridian.agent.install;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code agent remove}: takes out of one store what {@code agent install} put in. Exit code 0: done; 1: refused, with the cures; 2: wrong call. */
@Command(
        name = "agent remove",
        mixinStandardHelpOptions = true,
        description =
                "Takes fence triggers, publication, slot, grants and schema meridian out of one store. The tables and"
                        + " their rows stay as they are.")
public final class RemoveCommand implements Callable<Integer> {
    @Mixin
    private StoreOptions options = new StoreOptions();

    @Option(
            names = "--force",
            paramLabel = "WHAT IS LOST",
            description =
                    "remove from a store that owns open shards, all the same: the loss in the words of the refusal")
    private String accepted = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RemoveCommand())
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr().println("not removed: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Optional<InstallPlan> plan = options.plan(err);
        if (plan.isEmpty()) {
            return 2;
        }
        try (Connection store = options.connect()) {
            Remover.Outcome outcome = options.dryRun()
                    ? Remover.check(store, plan.get(), accepted)
                    : Remover.apply(store, plan.get(), accepted);
            return switch (outcome) {
                case Remover.Outcome.Removed removed -> {
                    out.print(removed.script());
                    if (!options.dryRun()) {
                        out.println("removed region=" + options.region() + " group=" + options.group());
                    }
                    yield 0;
                }
                case Remover.Outcome.Refused refused -> {
                    refused.faults().forEach(err::println);
                    yield 1;
                }
            };
        }
    }
}
