package io.meridian.drill;

/** Nothing was done; the message is for people. */
final class RefusedToStartException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    RefusedToStartException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
