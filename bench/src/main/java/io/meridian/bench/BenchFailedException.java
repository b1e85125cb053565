package io.meridian.bench;

import java.util.concurrent.ExecutionException;

/** The regions did not do what has to be measured. */
public final class BenchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BenchFailedException(String message) {
        super(message);
    }

    /** What ended a task: this, or a defect. */
    static RuntimeException behind(ExecutionException ended) {
        return ended.getCause() instanceof BenchFailedException why ? why : new IllegalStateException(ended.getCause());
    }
}
