package io.meridian.agent.store;

import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The committed heads of this region's shards in memory, and a bell for those who wait for one. Whoever committed a head puts it here
 * afterwards: between two owners of a shard there is always a commit, so nobody sees a head that could still vanish.
 */
public final class HeadBoard {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<ShardId, ShardHead.At> heads = new HashMap<>();
    /** As an earlier process left them, or a hole; what this one stops, it keeps stopped by itself. */
    private final Set<ShardId> broken = new HashSet<>();

    /** Shards that are whole again, with the version at which they became so: what was read before says nothing of them. */
    private final Map<ShardId, Long> whole = new HashMap<>();

    private final FrozenShards frozen = new FrozenShards();
    private final LineageBoard lineages = new LineageBoard();
    private long version;

    public FrozenShards frozen() {
        return frozen;
    }

    public LineageBoard lineages() {
        return lineages;
    }

    /**
     * Takes in what the store holds. At every start of an applier: when a commit's answer was lost, the rows are further than the board, and
     * whoever judged by the board would stop a shard, or wait, without cause.
     */
    public void load(Connection store) throws SQLException {
        long seen = version();
        frozen.load(store);
        Map<ShardId, ShardHead> stored = HeadRows.load(store);
        lineages.learn(LineageBoard.load(store)); // read behind the heads, so each head's epoch is in it
        Map<ShardId, ShardHead.At> committed = new HashMap<>();
        lock.lock();
        try {
            stored.forEach((shard, head) -> {
                switch (head) {
                    case ShardHead.None _ -> {}
                    case ShardHead.At at -> committed.put(shard, at);
                    case ShardHead.Broken(ShardHead.At last) -> {
                        committed.put(shard, last);
                        if (whole.getOrDefault(shard, -1L) <= seen) {
                            broken.add(shard);
                        }
                    }
                }
            });
            advance(committed);
        } finally {
            lock.unlock();
        }
    }

    public ShardHead head(ShardId shard) {
        lock.lock();
        try {
            ShardHead.At head = heads.get(shard);
            if (head == null) {
                return new ShardHead.None();
            }
            return broken.contains(shard) ? new ShardHead.Broken(head) : head;
        } finally {
            lock.unlock();
        }
    }

    /** A head that does not follow the one known is old news and ignored, as the rows do. */
    public void advance(Map<ShardId, ShardHead.At> committed) {
        lock.lock();
        try {
            committed.forEach((shard, next) ->
                    heads.merge(shard, next, (now, later) -> mayBecome(shard, now, later) ? later : now));
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        frozen.passed(committed);
    }

    /** A head that was turned back does not return to where it was, not even by a row that was read before. */
    private boolean mayBecome(ShardId shard, ShardHead.At now, ShardHead.At next) {
        return follows(now, next) && !frozen.isTurnedFrom(shard, next.epoch());
    }

    /** By the head that is known now; false: it is further, or another epoch's. */
    public boolean mayFollow(ShardId shard, ShardHead.At next) {
        lock.lock();
        try {
            ShardHead.At now = heads.get(shard);
            return now == null || mayBecome(shard, now, next);
        } finally {
            lock.unlock();
        }
    }

    /** After the commit that turned it back to the base of another epoch, which {@link FrozenShards} knows of already. */
    public void turnBack(ShardId shard, ShardHead.At base) {
        lock.lock();
        try {
            heads.put(shard, base);
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** After the commit that broke them off, where no record was met that stops them. */
    public void breakOff(Collection<ShardId> shards) {
        lock.lock();
        try {
            broken.addAll(shards);
            shards.forEach(whole::remove);
        } finally {
            lock.unlock();
        }
    }

    /** After the commit that made this its head, whatever it was before: its rows are taken anew from here on. */
    public void replace(ShardId shard, ShardHead.At head) {
        lock.lock();
        try {
            heads.put(shard, head);
            broken.add(shard);
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** After the commit that said so. */
    public void heal(ShardId shard) {
        lock.lock();
        try {
            broken.remove(shard);
            version++;
            whole.put(shard, version);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /** Returns once the board was changed after {@code seen}, or {@code limit} has passed. */
    public void awaitChange(long seen, Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = limit.toNanos();
            while (version == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The same rule as in {@link HeadRows#WRITE}. */
    public static boolean follows(ShardHead.At now, ShardHead.At next) {
        return next.epoch().isAbove(now.epoch()) || (next.epoch().equals(now.epoch()) && !now.closed());
    }
}
