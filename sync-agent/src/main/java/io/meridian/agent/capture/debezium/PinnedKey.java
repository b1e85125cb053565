package io.meridian.agent.capture.debezium;

/**
 * A key with what the log may hold of it.
 *
 * @param doubtfulUpTo what was written up to this LSN may have been written under another key; 0: nothing was
 */
record PinnedKey(TableKey key, long doubtfulUpTo) {
    boolean isDoubtfulAt(long lsn) {
        return Long.compareUnsigned(lsn, doubtfulUpTo) <= 0;
    }
}
