package io.meridian.simulation;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What {@code ./meridian sim} answered. */
record CommandLineRun(int status, String output) {
    static CommandLineRun of(String... arguments) {
        var output = new StringWriter();
        int status = SimMain.commandLine()
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .execute(arguments);
        return new CommandLineRun(status, output.toString());
    }
}
