package io.meridian.topology;

import java.util.List;
import java.util.SortedSet;

/**
 * Shards that may live in these regions only.
 *
 * @param shards as {@link ShardSet} writes them: {@code 0-99,200}
 * @param regions in the order of the document
 */
public record Residency(String shards, List<RegionId> regions) {
    public Residency {
        regions = List.copyOf(regions);
    }

    /** @param count N of the topology that this is in */
    public SortedSet<ShardId> bound(int count) {
        return switch (ShardSet.read(shards, count)) {
            case ShardSet.Reading.Read read -> read.shards();
            case ShardSet.Reading.Refused refused ->
                throw new IllegalStateException("a valid topology has shards here: " + refused.why());
        };
    }
}
