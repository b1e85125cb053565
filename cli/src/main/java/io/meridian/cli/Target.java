package io.meridian.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which control plane a command talks to, with which token, and what said so. Address and token are each taken from the first that has one:
 * an option ({@code --context} is one), the environment, the chosen context, the instance on this machine. A token that was found
 * together with an address goes nowhere else: a context's only to its own, the instance's only to this machine.
 *
 * @param token empty: nothing has one
 */
record Target(Known<URI> address, Optional<Known<String>> token) {
    static final String LOCAL = "http://127.0.0.1:21010";

    /** What a header can hold; a token is one word. */
    static final String TOKEN = "[!-~]+";

    private static final String INSTANCE = "the instance on this machine";
    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

    /** @param from such as {@code MERIDIAN_API} */
    record Known<T>(T value, String from) {
        private static final String CONTEXT = "context ";

        boolean ofContext() {
            return from.startsWith(CONTEXT);
        }

        /** It may be a token. */
        @Override
        public String toString() {
            return "from " + from;
        }
    }

    /** As options say it; null: not said. */
    record Said(
            @Nullable String api,
            @Nullable Path tokenFile,
            @Nullable String context) {}

    /** @throws SettingException what is said, or kept, cannot be used */
    static Target of(Said said, Map<String, String> environment) {
        return new Search(said, environment).target();
    }

    /** Empty: it is none. */
    static Optional<URI> address(String text) {
        try {
            return Optional.of(new URI(text))
                    .filter(it -> it.getHost() != null
                            && String.valueOf(it.getScheme()).matches("https?"));
        } catch (URISyntaxException none) {
            return Optional.empty();
        }
    }

    /** What a token file holds. */
    static String token(Path file) {
        String token;
        try {
            token = Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new SettingException(
                    "the token cannot be read from " + file + "; ./meridian up writes one for each start");
        }
        if (!token.matches(TOKEN)) {
            throw new SettingException(file + " holds no token: visible ASCII characters in one line");
        }
        return token;
    }

    private static final class Search {
        private final Said said;
        private final Map<String, String> environment;
        private final @Nullable String context;
        private @Nullable Contexts contexts;

        Search(Said said, Map<String, String> environment) {
            this.said = said;
            this.environment = environment;
            this.context = said.context();
        }

        Target target() {
            if (context != null && said.api() != null) {
                throw new SettingException("--context has the address, and --api is another; leave one out");
            }
            String instance = environment("MERIDIAN_INSTANCE");
            if (context != null && !instance.isEmpty()) {
                throw new SettingException("--context " + context + " and the instance '" + instance
                        + "' on this machine are two; leave one out");
            }
            Known<URI> address = address();
            return new Target(address, token(address));
        }

        private Known<URI> address() {
            String api = said.api();
            if (api != null) {
                return parsed(api, "--api");
            }
            if (context != null) {
                return new Known<>(contexts().named(context).api(), named(context));
            }
            if (!environment("MERIDIAN_API").isEmpty()) {
                return parsed(environment("MERIDIAN_API"), "MERIDIAN_API");
            }
            Optional<String> chosen = contexts().chosen();
            if (chosen.isPresent()) {
                return new Known<>(contexts().named(chosen.get()).api(), named(chosen.get()));
            }
            String local = environment("MERIDIAN_LOCAL_API");
            return parsed(local.isEmpty() ? LOCAL : local, INSTANCE);
        }

        private Optional<Known<String>> token(Known<URI> address) {
            Path ofOption = said.tokenFile();
            if (ofOption != null) {
                return Optional.of(new Known<>(Target.token(ofOption), "--token-file"));
            }
            if (context != null) {
                Optional<Known<String>> its = kept(context);
                if (its.isPresent()) {
                    return its;
                }
            }
            String file = environment("MERIDIAN_TOKEN_FILE");
            if (!file.isEmpty()) {
                return Optional.of(new Known<>(Target.token(Path.of(file)), "MERIDIAN_TOKEN_FILE"));
            }
            String token = environment("MERIDIAN_TOKEN");
            if (!token.isEmpty()) {
                if (!token.matches(TOKEN)) {
                    throw new SettingException("MERIDIAN_TOKEN is no token: visible ASCII characters in one line");
                }
                return Optional.of(new Known<>(token, "MERIDIAN_TOKEN"));
            }
            if (context == null && address.ofContext()) {
                return contexts().chosen().flatMap(this::kept);
            }
            String local = environment("MERIDIAN_LOCAL_TOKEN_FILE");
            return local.isEmpty() || !THIS_MACHINE.contains(address.value().getHost())
                    ? Optional.empty()
                    : Optional.of(new Known<>(Target.token(Path.of(local)), INSTANCE));
        }

        private Optional<Known<String>> kept(String name) {
            return contexts().named(name).token().map(token -> new Known<>(token, named(name)));
        }

        /** Read only where it is needed: who says everything is not held up by a file that is wrong. */
        private Contexts contexts() {
            if (contexts == null) {
                contexts = ContextsFile.of(environment).map(ContextsFile::read).orElse(Contexts.NONE);
            }
            return contexts;
        }

        private static String named(String context) {
            return Known.CONTEXT + context;
        }

        private String environment(String name) {
            return environment.getOrDefault(name, "");
        }

        private static Known<URI> parsed(String text, String from) {
            return new Known<>(
                    Target.address(text)
                            .orElseThrow(() -> new SettingException(
                                    "'" + text + "' is no address of a control plane, such as " + LOCAL)),
                    from);
        }
    }
}
