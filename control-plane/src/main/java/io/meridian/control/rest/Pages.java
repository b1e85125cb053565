package io.meridian.control.rest;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pages of what may grow, and query parameters. These are read from texts, as what is no number is to be refused with its name. */
final class Pages {
    private Pages() {}

    /** @param next cursor of the page behind this one: what the last item here is called; null: this is the last */
    record Page<T>(List<T> items, @Nullable String next) {}

    /** @param behind what comes behind the cursor, in order */
    static <T> Page<T> page(Stream<T> behind, int limit, Function<T, String> called) {
        List<T> some = behind.limit(limit + 1L).toList();
        return some.size() <= limit
                ? new Page<>(some, null)
                : new Page<>(some.subList(0, limit), called.apply(some.get(limit - 1)));
    }

    /** The number in {@code mv-17}. @return of no cursor: above all */
    static long numbered(String kind, @Nullable String cursor) {
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        if (!cursor.matches(kind + "-[0-9]{1,18}")) {
            throw wrong("cursor", "what 'next' of the page before said");
        }
        return Long.parseLong(cursor.substring(kind.length() + 1));
    }

    static long number(String name, @Nullable String text, long absent, long least, long most) {
        if (text == null) {
            return absent;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        String right = most == Long.MAX_VALUE ? "what 'next' of the page before said" : least + " to " + most;
        throw wrong(name, right);
    }

    /** @return false when it is absent */
    static boolean flag(String name, @Nullable String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (!text.equals("true")) {
            throw wrong(name, "true or false");
        }
        return true;
    }

    static RefusedException wrong(String name, String right) {
        return new RefusedException(new Problem(
                ProblemType.INVALID_ARGUMENT,
                "the query parameter '" + name + "' is " + right,
                Map.of(),
                List.of(new Problem.Fault("", name + ": " + right))));
    }
}
