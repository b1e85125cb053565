package io.meridian.ledger.books;

import java.time.Duration;

/**
 * How long a COMMIT without an answer is asked for.
 *
 * @param limit longer than the longest transaction (transaction_timeout 3 s), so that what is not found then will hardly come
 * @param between two questions
 */
record CommitPatience(Duration limit, Duration between) {
    static final CommitPatience USUAL = new CommitPatience(Duration.ofSeconds(4), Duration.ofMillis(100));

    /** @return whether to go on: not when interrupted */
    boolean pause() {
        try {
            Thread.sleep(between);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
