package io.meridian.agent.hashing;

import io.meridian.topology.ShardId;

/**
 * One shard's content at one moment of a run.
 *
 * @param hash hex; empty: not taken, and {@code problem} says why
 */
public record HashTaken(String run, Moment moment, ShardId shard, long rows, String hash, String problem) {
    public enum Moment {
        /** At the old owner, between CLOSE and the first write of the new epoch. */
        BEFORE,
        /** At the new owner, between the base and OPEN. */
        AFTER
    }
}
