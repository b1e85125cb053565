package io.meridian.cli;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that changes something takes beside what it changes. */
final class ChangeOptions {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, for whoever has to approve it and for the audit. Else MERIDIAN_REASON.")
    private String reason = "";

    @Option(
            names = "--change-key",
            paramLabel = "KEY",
            description = "Of the change, which takes effect once however often it is asked for with this. Else a new"
                    + " one, which is told when the outcome is not known.")
    private @Nullable String key;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** Why, as said here, else as the environment has it; empty: not said. */
    String reason(Map<String, String> environment) {
        return reason.isEmpty() ? unsaid(environment) : reason;
    }

    /** Empty: a new one is to be made. */
    Optional<String> key() {
        if (key != null && !key.matches("[!-~]{1,128}") && command != null) {
            throw new ParameterException(
                    command.commandLine(), "--change-key is 1 to 128 visible ASCII characters, such as a UUID");
        }
        return Optional.ofNullable(key);
    }

    static String unsaid(Map<String, String> environment) {
        return environment.getOrDefault("MERIDIAN_REASON", "");
    }
}
