package io.meridian.ledger.web;

/** The request cannot be read: 400, with the place and what would be right. */
final class BadCall extends Exception {
    private static final long serialVersionUID = 1;
    private final String place;

    BadCall(String place, String cure) {
        super(cure);
        this.place = place;
    }

    BadCall(String place, String cure, Throwable cause) {
        super(cure, cause);
        this.place = place;
    }

    Answer answer() {
        return Answer.problem(400, "malformed", "The request cannot be read", place + ": " + getMessage());
    }
}
