package io.meridian.control.rest;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * What changed in the newest revisions that this node saw, so that a reader whose connection broke is told what it missed. Bounded: whoever was away
 * for longer starts from a snapshot.
 */
final class ChangeHistory implements AutoCloseable {
    static final int KEPT = 1000;

    private final StateSource source;
    private final Semaphore woken = new Semaphore(0);
    private final Deque<Step> steps = new ArrayDeque<>();
    private final AutoCloseable subscription;
    private final Thread thread;
    private ControlState seen;

    /** Of states after {@code from} up to that of the change. */
    private record Step(long from, Change change) {}

    /** @param state the one that {@code change} leads to */
    record Missed(Change change, ControlState state) {}

    ChangeHistory(StateSource source) {
        this.source = source;
        seen = source.current();
        subscription = source.onChange(woken::release);
        thread = Thread.ofVirtual().name("change-history").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                woken.acquire();
                woken.drainPermits();
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        ControlState now = source.current();
        Change change = Change.between(seen, now);
        if (!change.empty()) {
            steps.add(new Step(seen.revision().number(), change));
            if (steps.size() > KEPT) {
                steps.removeFirst();
            }
        }
        seen = now;
    }

    /**
     * All that changed after {@code revision}; agents, routers, seedings and drills are always said to have, because they change without a revision.
     *
     * @return empty: compacted, or a revision that this node has not reached
     */
    synchronized Optional<Missed> since(long revision) {
        look();
        long newest = seen.revision().number();
        boolean kept =
                revision == newest || (!steps.isEmpty() && steps.getFirst().from() <= revision);
        if (revision > newest || !kept) {
            return Optional.empty();
        }
        Set<String> runs = new LinkedHashSet<>();
        boolean shards = false;
        boolean topology = false;
        for (Step step : steps) {
            if (step.change().revision() > revision) {
                runs.addAll(step.change().runs());
                shards |= step.change().shards();
                topology |= step.change().topology();
            }
        }
        return Optional.of(
                new Missed(new Change(newest, new ArrayList<>(runs), shards, topology, true, true, true), seen));
    }

    @Override
    public void close() throws Exception {
        subscription.close();
        thread.interrupt();
    }
}
