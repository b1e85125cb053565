package io.meridian.agent.capture;

import io.meridian.agent.record.Relation;
import io.meridian.agent.record.Value;
import java.util.List;
import java.util.Optional;

/** A change of a published table, before anybody asked which shard it belongs to. */
public sealed interface SourceChange {
    Relation relation();

    record Inserted(Relation relation, List<Value> row) implements SourceChange {}

    /** @param before key columns (the others unchanged) when the key changed; the whole row when that is the replica identity */
    record Updated(Relation relation, Optional<List<Value>> before, List<Value> row) implements SourceChange {}

    record Deleted(Relation relation, List<Value> before) implements SourceChange {}

    record Truncated(Relation relation) implements SourceChange {}
}
