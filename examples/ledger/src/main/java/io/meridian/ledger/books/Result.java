package io.meridian.ledger.books;

/** What became of a transaction. Only {@link NotHere} may be repeated elsewhere; of {@link Unknown} nobody knows whether it was executed. */
public sealed interface Result<T> {
    record Done<T>(T value) implements Result<T> {}

    record Refused<T>(Refusal why) implements Result<T> {}

    /** The database does not own the user, or could not serialize the transaction: nothing was executed and nothing will be. */
    record NotHere<T>(String sqlState) implements Result<T> {}

    /** An installation fault or a defect; its cure is in the log. Nothing was executed. */
    record Faulty<T>(String sqlState) implements Result<T> {}

    /** No session with the store, or it broke before COMMIT was sent: nothing was executed. */
    record Unavailable<T>(String detail) implements Result<T> {}

    /** COMMIT was sent, no answer came, and asking did not find the request. */
    record Unknown<T>() implements Result<T> {}
}
