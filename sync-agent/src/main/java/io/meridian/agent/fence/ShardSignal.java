package io.meridian.agent.fence;

import io.meridian.topology.ShardId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Shards that somebody should look at. Raised from any thread at no cost; bounded by the number of shards. */
final class ShardSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition raised = lock.newCondition();
    private Set<ShardId> shards = new HashSet<>();

    void raise(Collection<ShardId> more) {
        if (more.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            shards.addAll(more);
            raised.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Empty when nothing came within {@code longest}. */
    Set<ShardId> take(Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (shards.isEmpty() && left > 0) {
                left = raised.awaitNanos(left);
            }
            Set<ShardId> taken = shards;
            shards = new HashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
