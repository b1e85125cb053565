package io.meridian.agent.record;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.util.List;

/** Where a shard's owner tells all of its rows once more, for a region that takes them anew: records of the owner's epoch, and no change to anybody else. */
public sealed interface SeedMark extends Entry {
    Attempt of();

    default ShardId shard() {
        return of().shard();
    }

    /** @param target region that takes the shard */
    record Attempt(String id, int attempt, ShardId shard, RegionId target) {}

    /** All rows that the shard has here are told behind it; those that come into being later come by themselves. @param lineage all grants that the owner knows of */
    record Begin(Attempt of, List<Ownership.Grant> lineage) implements SeedMark {}

    /** @param rows images in the same transaction, of rows as they are or that they are not there */
    record Rows(Attempt of, long rows) implements SeedMark {}

    /** @param rows that were told between the two */
    record End(Attempt of, long rows) implements SeedMark {}
}
