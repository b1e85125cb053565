package io.meridian.cli;

import io.meridian.cli.api.ControlApi;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the control plane is, and the token for it. */
final class ApiOptions {
    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "A control-plane node. Else that of --context, MERIDIAN_API, that of the chosen context, that"
                    + " of the instance on this machine.")
    private @Nullable String api;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "A control plane that ./meridian context keeps, with its token.")
    private @Nullable String context;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "Holds the token. Else that of --context, the file in MERIDIAN_TOKEN_FILE, the token itself in"
                            + " MERIDIAN_TOKEN, that of the chosen context.")
    private @Nullable Path tokenFile;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    private @Nullable ControlApi connected;

    ControlApi connect(Surroundings around) {
        return connect(target(around), ChangeOptions.unsaid(around.environment()), Optional.empty());
    }

    /** A person who changes something is told where, unless it was said on this very command line. */
    ControlApi connect(Surroundings around, ChangeOptions change) {
        Target target = target(around);
        if (around.terminal() && context == null && target.address().ofContext()) {
            new Console(around)
                    .error("at " + target.address().value() + " ("
                            + target.address().from() + ")");
        }
        return connect(target, change.reason(around.environment()), change.key());
    }

    private ControlApi connect(Target target, String reason, Optional<String> key) {
        String token = target.token()
                .orElseThrow(() ->
                        usage("no token: ./meridian up writes one; else give --token-file FILE, MERIDIAN_TOKEN_FILE or"
                                + " MERIDIAN_TOKEN, or keep one: ./meridian context add"))
                .value();
        var made = new ControlApi(target.address().value(), token, reason);
        key.ifPresent(made::repeating);
        connected = made;
        return made;
    }

    private Target target(Surroundings around) {
        try {
            return Target.of(new Target.Said(api, tokenFile, context), around.environment());
        } catch (SettingException unfit) {
            throw unfit.code() == ExitCode.USAGE ? usage(String.valueOf(unfit.getMessage())) : unfit;
        }
    }

    /** The key of a change of {@code command} that took effect or may have; empty: nothing was changed. */
    static Optional<String> changeSent(CommandSpec command) {
        return command.mixins().values().stream()
                .map(CommandSpec::userObject)
                .flatMap(options -> options instanceof ApiOptions ours && ours.connected != null
                        ? ours.connected.changeSent().stream()
                        : Stream.empty())
                .findFirst();
    }

    private ParameterException usage(String message) {
        if (command == null) {
            throw new IllegalStateException("options outside a command");
        }
        return new ParameterException(command.commandLine(), message);
    }
}
