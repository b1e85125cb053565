package io.meridian.drill;

/** It cannot be done, or did not end as it should have; the message is for people. */
final class DrillFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    DrillFailedException(String message) {
        super(message);
    }
}
