package io.meridian.agent.record;

import io.meridian.conflict.merge.Version;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Optional;

/**
 * A change of a row that any region may write. It belongs to no epoch: whatever arrives is merged with what is there.
 *
 * @param relation all columns, {@code meridian_state} among them
 * @param shard of its key: it only says in which partition the row's changes travel
 * @param version of this change
 * @param follows version of what it changed; empty: there was no row. Where this region has something else, the two did not know of each other
 * @param row after the change; of a deleted row, what it was
 */
public record MergeChange(
        Relation relation, ShardId shard, boolean deleted, Version version, Optional<Version> follows, List<Value> row)
        implements Entry {
    public static final String VERSION = "meridian_version";
    public static final String REGION = "meridian_region";
    public static final String STATE = "meridian_state";

    /** This change and {@code earlier} ones of the same row and source as one. */
    public MergeChange after(MergeChange earlier) {
        return new MergeChange(relation, shard, deleted, version, earlier.follows, row);
    }
}
