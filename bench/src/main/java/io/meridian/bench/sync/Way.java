package io.meridian.bench.sync;

import java.io.IOException;
import java.sql.SQLException;

/** A way of rows from one store to another; made running, and ended by {@link #close}. */
public interface Way extends AutoCloseable {
    /** As it stands in the names of metrics. */
    String name();

    Store source();

    Store target();

    /** What is committed from now on waits. */
    void pause() throws IOException, InterruptedException, SQLException;

    void resume() throws IOException, InterruptedException, SQLException;

    /** What its own processes used so far. The stores' and the brokers' share is not in it. */
    Use use() throws IOException;

    /**
     * @param cpuNanos of all its processes; 0 where its work is done inside the stores
     * @param heapBytes in use after a collection, of all its processes
     */
    record Use(long cpuNanos, long heapBytes) {
        Use plus(Use other) {
            return new Use(cpuNanos + other.cpuNanos, heapBytes + other.heapBytes);
        }
    }

    @Override
    void close();
}
