package io.meridian.conflict.orphan;

import java.util.Map;
import java.util.Optional;

/** What becomes of a write that lost its place. */
public sealed interface Ruling {
    /** A sentence's end, for people; it is kept with the decision. */
    String reason();

    /** What is here stays. */
    record Ours(String reason) implements Ruling {}

    /** The write takes effect, as if it were made now. */
    record Theirs(String reason) implements Ruling {}

    /** @param row these columns get these values, and others stay; where there is no row, one is made of them */
    record Merged(Map<String, Optional<String>> row, String reason) implements Ruling {}
}
