package io.meridian.agent.hashing;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which hashes were asked for. Whoever wants one asks until it is there: each is taken once, and tried again a few times when that failed. */
final class HashesAsked {
    static final int TRIES = 5;
    private static final int REMEMBERED = 100_000;

    record Wanted(String run, HashTaken.Moment moment, ShardId shard, Epoch epoch) {}

    private final Set<Wanted> begun = new HashSet<>();
    private final Map<Wanted, Integer> failures = new HashMap<>();

    /** @return whether it shall be taken now */
    synchronized boolean begin(Wanted wanted) {
        if (begun.size() + failures.size() > REMEMBERED) {
            begun.clear();
            failures.clear();
        }
        return failures.getOrDefault(wanted, 0) < TRIES && begun.add(wanted);
    }

    /** It was not taken, for a reason that may pass: whoever asks for it again gets it tried again. */
    synchronized void failed(Wanted wanted) {
        failures.merge(wanted, 1, Integer::sum);
        begun.remove(wanted);
    }

    /** Nobody needs to ask again. */
    synchronized boolean isBegun(Wanted wanted) {
        return begun.contains(wanted);
    }
}
