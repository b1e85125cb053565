package io.meridian.cli.api;

/** Something answered, but not with what the API says: another program at this address, or a control plane of another version. */
public final class UnreadableAnswerException extends RuntimeException {
    UnreadableAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
