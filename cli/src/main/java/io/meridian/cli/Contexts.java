package io.meridian.cli;

import java.net.URI;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Control planes by name, as one person knows them.
 *
 * @param chosen one of {@code byName}; empty: what is on this machine
 */
record Contexts(Optional<String> chosen, SortedMap<String, Context> byName) {
    static final Contexts NONE = new Contexts(Optional.empty(), new TreeMap<>());
    static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    /** @param token empty: each command is given one */
    record Context(URI api, Optional<String> token) {
        /** A record would print it. */
        @Override
        public String toString() {
            return api + (token.isPresent() ? " with a token" : "");
        }
    }

    Contexts {
        byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    }

    /** @throws SettingException there is none of that name */
    Context named(String name) {
        Context context = byName.get(name);
        if (context == null) {
            throw new SettingException(
                    ExitCode.NOT_FOUND, "there is no context '" + name + "'; ./meridian context list tells which are");
        }
        return context;
    }

    Contexts with(String name, Context context) {
        var all = new TreeMap<>(byName);
        all.put(name, context);
        return new Contexts(chosen, all);
    }

    /** The local instance is what is talked to then, when it was the chosen one. */
    Contexts without(String name) {
        named(name);
        var all = new TreeMap<>(byName);
        all.remove(name);
        return new Contexts(chosen.filter(other -> !other.equals(name)), all);
    }

    Contexts choosing(Optional<String> name) {
        name.ifPresent(this::named);
        return new Contexts(name, byName);
    }
}
