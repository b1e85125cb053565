package io.meridian.bench;

/** The regions did not do what has to be measured. */
final class BenchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchFailedException(String message) {
        super(message);
    }
}
