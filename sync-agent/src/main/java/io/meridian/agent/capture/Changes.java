package io.meridian.agent.capture;

import java.util.Iterator;
import java.util.List;

/**
 * The changes of a transaction in the log's order: given as often as asked, the same each time, from memory or from disk. There may be more
 * of them than fit into memory, so nobody collects them. Used by the thread that polled; worth nothing once closed.
 */
public interface Changes extends Iterable<SourceChange>, AutoCloseable {
    /** They lie in memory already, so reading them once and keeping what comes of them costs no more than they do. */
    boolean inMemory();

    /** There is one. */
    default SourceChange getFirst() {
        return iterator().next();
    }

    /** Gives back what they occupy; again: nothing. */
    @Override
    void close();

    static Changes of(List<SourceChange> changes) {
        return new InMemory(List.copyOf(changes));
    }

    /** Few enough to be held. */
    record InMemory(List<SourceChange> list) implements Changes {
        @Override
        public boolean inMemory() {
            return true;
        }

        @Override
        public Iterator<SourceChange> iterator() {
            return list.iterator();
        }

        @Override
        public void close() {}
    }
}
