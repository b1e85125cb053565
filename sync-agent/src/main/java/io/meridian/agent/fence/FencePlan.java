package io.meridian.agent.fence;

import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.List;

/** What to write to which fence, each list ascending by shard. A shard is in one list at most: what follows is planned from what was committed. */
public record FencePlan(List<Close> closings, List<Raise> raises, List<Ownership.Grant> openings) {

    /**
     * Ends {@code closes}, the epoch that is open here, with a CLOSE.
     *
     * @param epoch the newest withdrawal known: at least one above {@code closes}
     * @param run that withdrew it; empty when that is not known here
     */
    public record Close(ShardId shard, Epoch closes, Epoch epoch, String run) {}

    /** Brings a row that is not open to the newest withdrawal known, without a marker. */
    public record Raise(ShardId shard, Epoch epoch) {}

    public boolean isEmpty() {
        return closings.isEmpty() && raises.isEmpty() && openings.isEmpty();
    }
}
