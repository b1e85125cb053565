package io.meridian.simulation.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The advisory lock of one shard: writers hold it together from their check to their end, a closer holds it alone. Whoever comes while a closer
 * waits or holds queues behind it, as in PostgreSQL.
 */
final class Gate {
    private int writers;
    private boolean exclusive;
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private List<Runnable> blocked = new ArrayList<>();

    boolean free() {
        return writers == 0 && !exclusive && closers.isEmpty();
    }

    int writers() {
        return writers;
    }

    /** A writer goes on at once, or when the closers before it are through. */
    void shared(Runnable go) {
        if (exclusive || !closers.isEmpty()) {
            blocked.add(go);
        } else {
            go.run();
        }
    }

    void entered() {
        writers++;
    }

    void left() {
        writers--;
        next();
    }

    /** @return to be called to give up waiting */
    Runnable alone(Runnable go) {
        closers.addLast(go);
        next();
        return () -> {
            if (closers.remove(go)) {
                next();
            }
        };
    }

    /** Whoever holds it alone has ended. */
    void released() {
        exclusive = false;
        next();
    }

    private void next() {
        if (exclusive || writers > 0 && !closers.isEmpty()) {
            return;
        }
        Runnable closer = closers.pollFirst();
        if (closer != null) {
            exclusive = true;
            closer.run();
            return;
        }
        List<Runnable> go = blocked;
        blocked = new ArrayList<>();
        go.forEach(Runnable::run);
    }
}
