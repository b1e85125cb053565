package io.meridian.cli.api;

import java.net.URI;

/** No answer came, however often it was asked. What a change that was asked for became of is unknown. */
public final class UnreachableException extends RuntimeException {
    private final URI address;
    private final boolean refused;

    UnreachableException(URI address, boolean refused, Throwable cause) {
        super(cause.getMessage(), cause);
        this.address = address;
        this.refused = refused;
    }

    public URI address() {
        return address;
    }

    /** Nothing listens there, so nothing was asked either. */
    public boolean refused() {
        return refused;
    }
}
