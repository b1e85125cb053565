package io.meridian.cli;

import java.util.Map;
import picocli.CommandLine.Option;

/** Why a change is made: for whoever has to approve it, and for the audit. */
final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, for whoever has to approve it and for the audit. Else MERIDIAN_REASON.")
    private String reason = "";

    /** As said here, else as the environment has it; empty: not said. */
    String text(Map<String, String> environment) {
        return reason.isEmpty() ? unsaid(environment) : reason;
    }

    static String unsaid(Map<String, String> environment) {
        return environment.getOrDefault("MERIDIAN_REASON", "");
    }
}
