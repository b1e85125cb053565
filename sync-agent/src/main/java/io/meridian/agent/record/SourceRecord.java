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
        List<Entry> entries) {}
