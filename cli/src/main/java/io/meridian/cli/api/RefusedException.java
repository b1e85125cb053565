package io.meridian.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The control plane said no, and why (RFC 9457). */
public final class RefusedException extends RuntimeException {
    private final transient Problem problem;
    private final transient JsonNode document;

    /** @param errors where in a document, when one was wrong */
    public record Problem(
            @Nullable String type,
            @Nullable String title,
            int status,
            @Nullable String detail,
            List<Fault> errors) {}

    /** @param pointer JSON pointer into the document that was sent */
    public record Fault(@Nullable String pointer, @Nullable String detail) {}

    RefusedException(Problem problem, JsonNode document) {
        super(problem.detail());
        this.problem = problem;
        this.document = document;
    }

    public Problem problem() {
        return problem;
    }

    /** As it came. */
    public JsonNode document() {
        return document;
    }
}
