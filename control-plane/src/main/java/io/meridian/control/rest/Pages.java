package io.meridian.control.rest;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Query parameters of pages. They are read from texts, as what is no number is to be refused with its name. */
final class Pages {
    private Pages() {}

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
        throw new RefusedException(new Problem(
                ProblemType.INVALID_ARGUMENT,
                "the query parameter '" + name + "' is " + right,
                Map.of(),
                List.of(new Problem.Fault("", name + ": " + right))));
    }
}
