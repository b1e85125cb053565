package io.meridian.agent.orphan;

/** An orphan that cannot be decided before somebody mends something. It and those behind it wait. */
final class UndecidedException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecidedException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
