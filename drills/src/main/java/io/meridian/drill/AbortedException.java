package io.meridian.drill;

/** A guard was exceeded, or a person asked for it: whatever was done is undone. */
final class AbortedException extends Exception {
    private static final long serialVersionUID = 1L;

    AbortedException(String message) {
        super(message);
    }
}
