package io.meridian.agent.record;

import io.meridian.topology.ownership.Epoch;
import java.util.List;

/**
 * A write that is not in its shard's lineage, as a region that met it tells the others. It belongs to no epoch any more. PROTOCOL 7.
 *
 * @param epoch in which it was made
 * @param commitMicros the source's commit time, microseconds since 1970
 * @param partitions all that its transaction touched: where another one is in the lineage, the transaction is torn
 */
public record Orphan(Origin origin, Epoch epoch, RowChange change, long commitMicros, List<Integer> partitions)
        implements Entry {}
