package io.meridian.agent.apply;

import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import java.util.Map;

/** Told after a commit. */
@FunctionalInterface
interface Committed {
    void heads(Map<ShardId, ShardHead.At> moved);
}
