package io.meridian.cli;

import io.meridian.cli.api.ControlApi;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the control plane is, and the token for it: from an option, else from the environment. */
final class ApiOptions {
    private static final String LOCAL = "http://127.0.0.1:21010";

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "A control-plane node. Else MERIDIAN_API, else " + LOCAL + ".")
    private @Nullable String api;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds the token. Else MERIDIAN_TOKEN_FILE, else the token itself in MERIDIAN_TOKEN.")
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
        return connect(around.environment(), ChangeOptions.unsaid(around.environment()), Optional.empty());
    }

    ControlApi connect(Surroundings around, ChangeOptions change) {
        return connect(around.environment(), change.reason(around.environment()), change.key());
    }

    private ControlApi connect(Map<String, String> environment, String reason, Optional<String> key) {
        var made = new ControlApi(address(environment), token(environment), reason);
        key.ifPresent(made::repeating);
        connected = made;
        return made;
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

    private URI address(Map<String, String> environment) {
        String text = api != null ? api : environment.getOrDefault("MERIDIAN_API", LOCAL);
        try {
            var address = new URI(text);
            if (address.getHost() != null && String.valueOf(address.getScheme()).matches("https?")) {
                return address;
            }
        } catch (URISyntaxException wrong) {
            // told below
        }
        throw usage("'" + text + "' is no address of a control plane, such as " + LOCAL);
    }

    private String token(Map<String, String> environment) {
        String file = tokenFile != null ? tokenFile.toString() : environment.getOrDefault("MERIDIAN_TOKEN_FILE", "");
        if (!file.isEmpty()) {
            try {
                return Files.readString(Path.of(file)).strip();
            } catch (IOException unreadable) {
                throw usage("the token cannot be read from " + file + "; ./meridian up writes one for each start");
            }
        }
        String token = environment.getOrDefault("MERIDIAN_TOKEN", "");
        if (token.isEmpty()) {
            throw usage(
                    "no token: ./meridian up writes one; else give --token-file FILE, MERIDIAN_TOKEN_FILE or MERIDIAN_TOKEN");
        }
        return token;
    }

    private ParameterException usage(String message) {
        if (command == null) {
            throw new IllegalStateException("options outside a command");
        }
        return new ParameterException(command.commandLine(), message);
    }
}
