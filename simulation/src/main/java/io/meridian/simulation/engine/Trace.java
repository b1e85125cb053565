package io.meridian.simulation.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened, for whoever has to understand a failure: the newest lines only. */
public final class Trace {
    private static final int LINES_KEPT = 400;

    private final Scheduler scheduler;
    private final Deque<String> lines = new ArrayDeque<>();

    public Trace(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    public void add(String who, String what) {
        if (lines.size() == LINES_KEPT) {
            lines.removeFirst();
        }
        long micros = scheduler.nowMicros();
        lines.addLast("%4d.%06d %-13s %s".formatted(micros / 1_000_000, micros % 1_000_000, who, what));
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
