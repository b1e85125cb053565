package io.meridian.agent.feed;

import io.meridian.topology.ShardId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What may have changed since the last report. Raised from any thread at no cost; bounded by the number of shards. */
public final class ReportSignal {
    /** @param other something besides fences and heads is worth telling: a hash, a new stream */
    record Raised(Set<ShardId> fences, Set<ShardId> heads, boolean other) {
        boolean nothing() {
            return fences.isEmpty() && heads.isEmpty() && !other;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition raised = lock.newCondition();
    private Set<ShardId> fences = new HashSet<>();
    private Set<ShardId> heads = new HashSet<>();
    private boolean other;

    public void fences(Collection<ShardId> shards) {
        raise(() -> fences.addAll(shards));
    }

    public void heads(Collection<ShardId> shards) {
        raise(() -> heads.addAll(shards));
    }

    public void other() {
        raise(() -> other = true);
    }

    Raised take(Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (fences.isEmpty() && heads.isEmpty() && !other && left > 0) {
                left = raised.awaitNanos(left);
            }
            Raised taken = new Raised(fences, heads, other);
            fences = new HashSet<>();
            heads = new HashSet<>();
            other = false;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void raise(Runnable change) {
        lock.lock();
        try {
            change.run();
            raised.signal();
        } finally {
            lock.unlock();
        }
    }
}
