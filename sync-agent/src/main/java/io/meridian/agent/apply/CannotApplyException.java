package io.meridian.agent.apply;

/** A change that this region's store cannot take as it is now. It is tried again until somebody mends the store; nothing is skipped. */
final class CannotApplyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotApplyException(String reason) {
        super(reason);
    }
}
