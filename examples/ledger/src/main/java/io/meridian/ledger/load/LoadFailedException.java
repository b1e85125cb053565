package io.meridian.ledger.load;

/** The load could not begin: no ledger answered behind the edges. */
public final class LoadFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LoadFailedException(String message) {
        super(message);
    }
}
