package io.meridian.ledger.load;

import java.util.Optional;

/** What came back. */
sealed interface Reply {
    /**
     * @param held it waited for a move, or was repeated after a refusal, as the edge says
     * @param reason of the edge, if the answer is its own: {@code hold_failed}, {@code fenced}; else empty
     */
    record Answered(int status, byte[] body, boolean held, String reason) implements Reply {}

    /** No answer. @param kind {@code timeout} or {@code connection} */
    record Broken(String kind, String detail) implements Reply {}

    /** For people and for counting. */
    default String kind() {
        return switch (this) {
            case Answered answered -> (answered.status() + " " + answered.reason()).strip();
            case Broken broken -> broken.kind();
        };
    }

    default boolean is(int status) {
        return this instanceof Answered answered && answered.status() == status;
    }

    /** Of an answer with this status. */
    default Optional<byte[]> body(int status) {
        return this instanceof Answered answered && answered.status() == status
                ? Optional.of(answered.body())
                : Optional.empty();
    }
}
