package io.meridian.agent.feed;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The newest {@link DesiredState}: one writer (the feed), many readers, some of whom wait for a revision. */
public final class DesiredStateCell {
    /** Told of each state that differs from the one before, in order, on the feed's thread: must return at once. */
    public interface Listener {
        void changed(DesiredState before, DesiredState after);
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Listener listener;
    private volatile DesiredState state;

    public DesiredStateCell(DesiredState first, Listener listener) {
        this.state = first;
        this.listener = listener;
    }

    public DesiredState get() {
        return state;
    }

    /** @return false: the view is older than what is known, and changed nothing */
    boolean merge(DesiredState.View view) {
        lock.lock();
        try {
            DesiredState before = state;
            DesiredState after = before.merge(view);
            if (after == before) {
                return view.revision() >= before.revision();
            }
            state = after;
            advanced.signalAll();
            listener.changed(before, after);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** As if nothing had been heard yet. Tells nobody: for whoever has not begun to go by it. */
    public void forget() {
        lock.lock();
        try {
            state = DesiredState.NOTHING;
        } finally {
            lock.unlock();
        }
    }

    /** The newest state once it has reached {@code revision}, or as it is when {@code longest} is over. */
    public DesiredState await(long revision, Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (state.revision() < revision && left > 0) {
                left = advanced.awaitNanos(left);
            }
            return state;
        } finally {
            lock.unlock();
        }
    }
}
