package io.meridian.topology;

import java.util.List;
import java.util.Map;

/**
 * Why something was refused (RFC 9457): the type is API, the detail is prose that says what was asked, what stands in the way, what helps.
 *
 * @param facts the numbers and names in {@code detail}, for programs
 * @param errors where in a document, when one was wrong; else empty
 */
public record Problem(ProblemType type, String detail, Map<String, String> facts, List<Fault> errors) {
    /** @param pointer JSON pointer (RFC 6901) into the document */
    public record Fault(String pointer, String detail) {}

    public static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail, Map.of(), List.of());
    }
}
