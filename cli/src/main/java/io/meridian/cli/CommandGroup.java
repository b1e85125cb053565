package io.meridian.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that does nothing itself: it shows its help, or asks which of its commands is meant. */
abstract class CommandGroup implements Runnable {
    private final String question;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    @Spec
    private @Nullable CommandSpec spec;

    /** @param question such as {@code list, add or remove?} */
    CommandGroup(String question) {
        this.question = question;
    }

    @Override
    public final void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), question);
        }
    }
}
