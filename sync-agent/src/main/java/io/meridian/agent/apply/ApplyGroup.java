package io.meridian.agent.apply;

import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.store.HeadBoard;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Consecutive records of one source and partition that take effect in one transaction here. */
final class ApplyGroup {
    /** One after another their round trips cost more than their rows; far more in one make the lag jump. */
    private static final int MOST_ROWS = 2_000;

    private static final long MOST_BYTES = 4L << 20;

    record Item(SourceRecord record, long copyOffset, int bytes, RecordPlanner.Plan.Apply plan) {}

    private final HeadBoard board;
    private final StoppedShards stopped;
    private final List<Item> items = new ArrayList<>();
    private final Map<ShardId, ShardHead.At> moved = new HashMap<>();
    private final Set<ShardId> stopping = new HashSet<>();
    private int rows;
    private long bytes;

    ApplyGroup(HeadBoard board, StoppedShards stopped) {
        this.board = board;
        this.stopped = stopped;
    }

    /** As it will be once all of this group took effect. */
    ShardHead head(ShardId shard) {
        ShardHead.At head = moved.get(shard);
        return head != null ? head : board.head(shard);
    }

    boolean isStopped(ShardId shard) {
        return stopping.contains(shard) || stopped.contains(shard);
    }

    void add(Item item) {
        items.add(item);
        moved.putAll(item.plan().heads());
        item.plan().stops().forEach(stop -> stopping.add(stop.shard()));
        rows += item.plan().rows().size();
        bytes += item.bytes();
    }

    boolean isFull() {
        return rows >= MOST_ROWS || bytes >= MOST_BYTES;
    }

    /** It would change nothing but progress. */
    boolean hasEffect() {
        return rows > 0 || !moved.isEmpty() || !stopping.isEmpty();
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    List<Item> items() {
        return items;
    }

    Map<ShardId, ShardHead.At> heads() {
        return moved;
    }

    List<RowChange> changes() {
        return items.stream().flatMap(item -> item.plan().rows().stream()).toList();
    }

    /** The same records as groups of one. */
    List<ApplyGroup> apart() {
        return items.stream()
                .map(item -> {
                    var one = new ApplyGroup(board, stopped);
                    one.add(item);
                    return one;
                })
                .toList();
    }
}
