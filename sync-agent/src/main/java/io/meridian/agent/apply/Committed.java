package io.meridian.agent.apply;

import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.util.List;
import java.util.Map;

/** Told after a commit. */
@FunctionalInterface
interface Committed {
    void heads(Map<ShardId, ShardHead.At> moved, List<Ownership.Grant> opened);
}
