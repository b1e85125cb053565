package io.meridian.agent.apply;

import io.meridian.agent.record.SeedMark;
import io.meridian.topology.ShardId;
import java.util.List;
import java.util.Set;

/**
 * What of a record is about shards that are taken anew here.
 *
 * @param marks of their attempts, in the log's order
 * @param lenient shards of which not all rows are here yet: what changes one that is not there changes nothing
 * @param failed attempts that ended
 */
record Seeds(List<SeedMark> marks, Set<ShardId> lenient, List<Failed> failed) {
    static final Seeds NONE = new Seeds(List.of(), Set.of(), List.of());

    record Failed(ShardId shard, String id, int attempt, String reason) {}

    boolean isEmpty() {
        return marks.isEmpty() && failed.isEmpty();
    }

    /** It changes how the shard's records are judged, or needs all before it: planned and written by itself. */
    boolean alone() {
        return marks.stream().anyMatch(mark -> !(mark instanceof SeedMark.Rows));
    }
}
