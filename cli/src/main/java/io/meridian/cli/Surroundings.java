package io.meridian.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/**
 * What a command finds around it.
 *
 * @param terminal a person watches: colours, and lines that are written over while something lasts
 */
record Surroundings(Map<String, String> environment, PrintWriter out, PrintWriter err, boolean terminal) {
    static Surroundings ofThisProcess() {
        Map<String, String> environment = System.getenv();
        Console console = System.console();
        boolean terminal = console != null
                && console.isTerminal()
                && !"dumb".equals(environment.get("TERM"))
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Surroundings(
                environment,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                terminal);
    }

    Ansi ansi() {
        return terminal ? Ansi.ON : Ansi.OFF;
    }
}
