package io.meridian.agent.apply;

import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.topology.ShardId;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Where each row change stands among those of its shard in the record: half of an orphan's name. */
final class OrphanIndex {
    private OrphanIndex() {}

    static Map<RowChange, Integer> of(SourceRecord record) {
        Map<RowChange, Integer> indices = new IdentityHashMap<>();
        Map<ShardId, Integer> next = new HashMap<>();
        record.entries().forEach(entry -> {
            if (entry instanceof RowChange change) {
                indices.put(change, next.merge(change.shard(), 1, Integer::sum) - 1);
            }
        });
        return indices;
    }
}
