package io.meridian.router.hold;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Lets waiting requests go in portions: all at once they would meet an owner that has just opened, and its connection pools, as one
 * burst.
 */
final class Pace {
    /** The reference measured 5 to 10 as good. */
    private static final int PER_MILLI = 8;

    /** After a stalled timer, no more than this at once. */
    private static final int AT_ONCE = 3 * PER_MILLI;

    private final Deque<Question> queue = new ArrayDeque<>();
    private long lastNanos;
    private boolean running;

    void add(Question question) {
        queue.add(question);
    }

    /** Portions are being given; false again once the queue is empty. */
    boolean running() {
        return running;
    }

    void start(long nowNanos) {
        running = true;
        lastNanos = nowNanos - 1_000_000; // the first portion is due at once
    }

    List<Question> portion(long nowNanos) {
        long millis = (nowNanos - lastNanos) / 1_000_000;
        int size = (int) Math.min(AT_ONCE, millis * PER_MILLI);
        lastNanos += millis * 1_000_000;
        var portion = new ArrayList<Question>(size);
        while (portion.size() < size && !queue.isEmpty()) {
            portion.add(queue.remove());
        }
        running = !queue.isEmpty();
        return portion;
    }
}
