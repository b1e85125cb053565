package io.meridian.control.rest;

import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;

/** Carries a refusal out of a resource, to be answered as a problem document. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    RefusedException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    RefusedException(ProblemType type, String detail) {
        this(Problem.of(type, detail));
    }

    Problem problem() {
        return problem;
    }
}
