package io.meridian.agent.capture;

/** The stream cannot go on without a gap or a guess, and a person is needed: never to be skipped. */
public final class StreamStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StreamStoppedException(String reason) {
        super(reason);
    }
}
