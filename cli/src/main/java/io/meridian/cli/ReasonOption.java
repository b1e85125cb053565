package io.meridian.cli;

import picocli.CommandLine.Option;

/** Why a change is made: for whoever has to approve it, and for the audit. */
final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, for whoever has to approve it and for the audit. Else MERIDIAN_REASON.")
    private String reason = "";

    String text() {
        return reason;
    }
}
