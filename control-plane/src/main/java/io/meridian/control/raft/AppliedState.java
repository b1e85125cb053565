package io.meridian.control.raft;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The state as far as this node has applied the log. */
public final class AppliedState implements StateSource {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition applied = lock.newCondition();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile ControlState state = ControlState.empty();
    private volatile long index = -1;

    @Override
    public ControlState current() {
        return state;
    }

    /** Of the newest entry of the log that is in the state; -1: none. */
    public long index() {
        return index;
    }

    @Override
    public AutoCloseable onChange(Runnable changed) {
        listeners.add(changed);
        return () -> listeners.remove(changed);
    }

    void publish(ControlState next, long nextIndex) {
        boolean changed = next != state;
        lock.lock();
        try {
            state = next;
            index = nextIndex;
            applied.signalAll();
        } finally {
            lock.unlock();
        }
        if (changed) {
            listeners.forEach(Runnable::run);
        }
    }

    /** @return false: this node is still behind after {@code patience} */
    boolean await(long wanted, Duration patience) throws InterruptedException {
        if (index >= wanted) {
            return true;
        }
        long left = patience.toNanos();
        lock.lock();
        try {
            while (index < wanted) {
                if (left <= 0) {
                    return false;
                }
                left = applied.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "index " + index + ", revision " + state.revision();
    }
}
