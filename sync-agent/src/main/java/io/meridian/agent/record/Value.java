package io.meridian.agent.record;

/** A column's value as the text that PostgreSQL sent: nothing is converted between the regions. */
public sealed interface Value {
    Value NULL = new Null();
    Value UNCHANGED = new Unchanged();

    record Text(String text) implements Value {}

    record Null() implements Value {}

    /** Not in the log: an unchanged TOASTed value, or a column that is not part of the key. */
    record Unchanged() implements Value {}

    static Value of(String text) {
        return new Text(text);
    }
}
