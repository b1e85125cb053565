package io.meridian.agent.record;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One source transaction's changes in one partition: the unit that travels, is skipped or is applied. PROTOCOL 4.
 *
 * @param parts how many records the transaction has in this partition; this one is {@code position.part()} of 0 to parts-1, and all of them
 *     take effect together
 * @param predecessor the record before it in this partition; empty: the first one ever
 * @param partitions all that the transaction touches, ascending
 * @param commitMicros the source's commit time, microseconds since 1970
 * @param epochs of each shard that {@code entries} touch, by the stream's markers
 */
public record SourceRecord(
        RegionId source,
        int partition,
        Position position,
        int parts,
        Optional<Position> predecessor,
        List<Integer> partitions,
        long commitMicros,
        Map<ShardId, Epoch> epochs,
        List<Entry> entries) {
    /** What it holds for one shard. */
    public SourceRecord shareOf(ShardId shard) {
        Epoch epoch = epochs.get(shard);
        return new SourceRecord(
                source,
                partition,
                position,
                parts,
                predecessor,
                partitions,
                commitMicros,
                epoch == null ? Map.of() : Map.of(shard, epoch),
                entries.stream().filter(entry -> isOf(entry, shard)).toList());
    }

    /** Its rows of the shard are images that its owner tells once more, behind a decision or for a region that takes the shard anew: nobody's writes. */
    public boolean tellsImages(ShardId shard) {
        return entries.stream()
                .anyMatch(entry -> (entry instanceof Decision decision
                                && decision.shard().equals(shard))
                        || (entry instanceof SeedMark mark && mark.shard().equals(shard)));
    }

    private static boolean isOf(Entry entry, ShardId shard) {
        return switch (entry) {
            case RowChange change -> change.shard().equals(shard);
            case MergeChange change -> change.shard().equals(shard);
            case Marker marker -> marker.shard().equals(shard);
            case Orphan orphan -> orphan.change().shard().equals(shard);
            case Decision decision -> decision.shard().equals(shard);
            case Revision revision -> revision.shard().equals(shard);
            case SeedMark mark -> mark.shard().equals(shard);
            case Entry.Heartbeat _ -> false;
        };
    }

    public SourceRecord withEntries(List<Entry> others) {
        return new SourceRecord(
                source, partition, position, parts, predecessor, partitions, commitMicros, epochs, others);
    }
}
