package io.meridian.control.rest;

import io.meridian.control.state.Revision;
import io.meridian.topology.ProblemType;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Revisions as clients write them: numbers, and entity tags of them. */
final class Revisions {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern TAG = Pattern.compile("\"([0-9]{1,18})\"|([0-9]{1,18})");

    private Revisions() {}

    static Revision read(String parameter, @Nullable String text) {
        if (text == null || !NUMBER.matcher(text).matches()) {
            throw new RefusedException(
                    ProblemType.INVALID_ARGUMENT,
                    "'" + parameter + "' is " + (text == null ? "missing" : "'" + text + "'")
                            + "; expected the number of a revision, as GET /api/v1/topology/revisions lists them");
        }
        return Revision.of(Long.parseLong(text));
    }

    /**
     * Also without its quotes, which shells eat.
     *
     * @return empty: no condition was given
     */
    static Optional<Revision> ifMatch(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Optional.empty();
        }
        Matcher tag = TAG.matcher(header.strip());
        if (!tag.matches()) {
            throw new RefusedException(
                    ProblemType.INVALID_ARGUMENT,
                    "If-Match: " + header
                            + " is not one entity tag, such as \"12\"; take that of GET /api/v1/topology");
        }
        return Optional.of(Revision.of(Long.parseLong(tag.group(1) == null ? tag.group(2) : tag.group(1))));
    }
}
