package io.meridian.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;

/** What a command line led to. */
record Said(int exitCode, String out, String err) {
    static Said by(PlayedControlPlane plane, String... arguments) {
        return by(Map.of("MERIDIAN_API", plane.address(), "MERIDIAN_TOKEN", PlayedControlPlane.TOKEN), arguments);
    }

    static Said by(Map<String, String> environment, String... arguments) {
        return by(environment, false, arguments);
    }

    static Said by(Map<String, String> environment, boolean terminal, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var around = new Surroundings(
                new HashMap<>(environment), new PrintWriter(out, true), new PrintWriter(err, true), terminal);
        int exitCode = Cli.commandLine(around).execute(arguments);
        return new Said(exitCode, out.toString(), err.toString());
    }
}
