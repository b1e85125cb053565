package io.meridian.conflict.merge;

import java.util.Comparator;
import java.util.Optional;

/** Values that were written concurrently, given to the user's resolver in one order everywhere, so that even one that breaks its contract cannot diverge. */
public final class Concurrent {
    private static final String NULL = "n";

    private Concurrent() {}

    /** The value as the name of an element: null, and a text, are not the same. */
    public static String element(Optional<String> value) {
        return value.map(text -> "t" + text).orElse(NULL);
    }

    private static Optional<String> value(String element) {
        return element.equals(NULL) ? Optional.empty() : Optional.of(element.substring(1));
    }

    static Optional<String> resolve(ValueResolver resolver, Observed observed) {
        return observed.elements().keySet().stream()
                .map(element -> new ValueResolver.Candidate(value(element), observed.newest(element)))
                .sorted(Comparator.comparing(ValueResolver.Candidate::version))
                .reduce((one, other) -> new ValueResolver.Candidate(
                        resolver.resolve(one, other), Version.max(one.version(), other.version())))
                .flatMap(ValueResolver.Candidate::value);
    }
}
