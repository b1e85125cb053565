package io.meridian.agent.record;

import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Optional;

/** A change of one row. Lists of values have one item per column of {@link #relation()}. */
public sealed interface RowChange extends Entry {
    Relation relation();

    /** Of the row after the change (before it, for a delete). */
    ShardId shard();

    record Insert(Relation relation, ShardId shard, List<Value> row) implements RowChange {}

    /** @param oldKey present when the key changed, or when the table's replica identity is the whole row: what the row was before */
    record Update(Relation relation, ShardId shard, Optional<List<Value>> oldKey, List<Value> row)
            implements RowChange {}

    record Delete(Relation relation, ShardId shard, List<Value> oldKey) implements RowChange {}
}
