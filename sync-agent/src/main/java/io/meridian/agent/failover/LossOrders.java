package io.meridian.agent.failover;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the control plane wants of this store because a region was lost.
 *
 * @param unclean shards built on a cut whose lost region has not come back and been settled: orphans of theirs may still come
 * @param tails of shards that this region owns
 */
public record LossOrders(List<Gather> gathers, Set<ShardId> unclean, List<Tail> tails) {
    public static final LossOrders NONE = new LossOrders(List.of(), Set.of(), List.of());

    public LossOrders {
        gathers = List.copyOf(gathers);
        unclean = Set.copyOf(unclean);
        tails = List.copyOf(tails);
    }

    /**
     * The shard's owner is lost: stop applying what it wrote up to {@code epoch}, durably, raise the fence, and answer. Once the cut is decided: go on
     * up to it.
     *
     * @param attempt of the run: an answer counts for its own attempt only
     * @param source the lost region
     * @param epoch the owned epoch that was withdrawn from it
     * @param withdrawal what this store's fence is raised to before it answers
     * @param cut empty: not decided yet
     */
    public record Gather(
            String run,
            int attempt,
            ShardId shard,
            RegionId source,
            Epoch epoch,
            Epoch withdrawal,
            Optional<Cut> cut) {}

    /**
     * @param base the last record that counts
     * @param holder the region that has all up to it
     */
    public record Cut(Base base, RegionId holder) {}

    /**
     * The lost region is back: tell when all up to its CLOSE came here and each orphan among it is decided.
     *
     * @param close of its CLOSE in its own stream
     */
    public record Tail(ShardId shard, RegionId source, Position close) {}

    /** As one message of the feed has it; empty: as before. */
    public record Change(Optional<List<Gather>> gathers, Optional<Set<ShardId>> unclean, Optional<List<Tail>> tails) {
        public static final Change NOTHING = new Change(Optional.empty(), Optional.empty(), Optional.empty());
    }

    public LossOrders with(Change change) {
        return new LossOrders(
                change.gathers().orElse(gathers),
                change.unclean().orElse(unclean),
                change.tails().orElse(tails));
    }
}
