package io.meridian.router.hold;

import java.util.HashMap;
import java.util.Map;

/** The places for waiting requests, within {@link HoldLimits}. Used by the endpoint's event loop only. */
final class HoldRoom {
    private static final Taken NOTHING = new Taken(0, 0);

    private final HoldLimits limits;
    private final Map<Integer, Taken> byShard = new HashMap<>();
    private Taken all = NOTHING;

    private record Taken(int requests, long bytes) {
        Taken and(long more) {
            return new Taken(requests + 1, bytes + more);
        }

        Taken without(long less) {
            return new Taken(requests - 1, bytes - less);
        }
    }

    HoldRoom(HoldLimits limits) {
        this.limits = limits;
    }

    /** @return whether there was a place, for the shard and at all; then it is taken until {@link #leave} */
    boolean enter(int shard, long bytes) {
        Taken own = byShard.getOrDefault(shard, NOTHING).and(bytes);
        Taken total = all.and(bytes);
        if (total.requests() > limits.requests()
                || total.bytes() > limits.bytes()
                || own.requests() > limits.requestsOfOneShard()
                || own.bytes() > limits.bytesOfOneShard()) {
            return false;
        }
        byShard.put(shard, own);
        all = total;
        return true;
    }

    void leave(int shard, long bytes) {
        Taken own = byShard.getOrDefault(shard, NOTHING).without(bytes);
        if (own.requests() < 0) {
            throw new IllegalStateException("shard " + shard + " left a place that it had not taken");
        }
        if (own.requests() == 0) {
            byShard.remove(shard);
        } else {
            byShard.put(shard, own);
        }
        all = all.without(bytes);
    }

    int requests() {
        return all.requests();
    }

    long bytes() {
        return all.bytes();
    }
}
