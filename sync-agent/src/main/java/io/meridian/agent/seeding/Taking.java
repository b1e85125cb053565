package io.meridian.agent.seeding;

import io.meridian.agent.record.SeedMark;
import io.meridian.topology.RegionId;

/**
 * How far this region is with a shard that it takes anew.
 *
 * @param owner in whose stream it is told
 * @param missing rows came without a value that the log does not hold
 * @param version of the row in {@code meridian.seeding}
 */
public record Taking(String id, int attempt, RegionId owner, Phase phase, boolean missing, long version) {
    public enum Phase {
        /** What comes of the shard is passed over until the attempt begins in the owner's stream. */
        PREPARED,
        /** The rows here are some of the owner's, each as the owner has it at this place of the stream. */
        RECEIVING,
        /** So are they, and all came but those that are missing. */
        TOLD,
        DONE,
        FAILED;

        /** Records of the shard take effect. */
        public boolean applies() {
            return this == RECEIVING || this == TOLD;
        }
    }

    public boolean is(SeedMark.Attempt other) {
        return id.equals(other.id()) && attempt == other.attempt();
    }
}
