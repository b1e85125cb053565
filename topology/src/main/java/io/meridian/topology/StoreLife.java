package io.meridian.topology;

/**
 * Which database in turn is the store of one group in a region. Another life begins, with an empty one, when the database before is gone for good; its log is
 * another one, too.
 *
 * @param number from 1
 * @param logLost nobody waits for what the log of the life before may still hold
 */
public record StoreLife(int number, boolean logLost) {
    public static final StoreLife FIRST = new StoreLife(1, false);

    public StoreLife {
        if (number < 1) {
            throw new IllegalStateException("lives count from 1: " + number);
        }
    }
}
