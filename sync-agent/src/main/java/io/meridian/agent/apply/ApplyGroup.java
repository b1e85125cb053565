package io.meridian.agent.apply;

import io.meridian.agent.record.MergeChange;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Consecutive records of one source and partition that take effect in one transaction here. */
final class ApplyGroup {
    /** One after another their round trips cost more than their rows; far more in one make the lag jump. */
    private static final int MOST_ROWS = 2_000;

    /** Each is read before it is written, and applications wait for what is locked meanwhile. */
    private static final int MERGE_AS_ROWS = 4;

    private static final long MOST_BYTES = 4L << 20;

    record Item(SourceRecord record, long copyOffset, int bytes, RecordPlanner.Plan.Apply plan) {
        /** What is remembered of it when its rows are written. */
        Item withoutRows() {
            return new Item(
                    record.withEntries(List.of()),
                    copyOffset,
                    bytes,
                    new RecordPlanner.Plan.Apply(
                            List.of(),
                            List.of(),
                            Map.of(),
                            List.of(),
                            Strays.NONE,
                            Seeds.NONE,
                            plan.stops(),
                            plan.parks(),
                            plan.heartbeatMicros()));
        }
    }

    private final ShardsAhead shards;
    private final List<Item> items = new ArrayList<>();
    private int rows;
    private long bytes;

    ApplyGroup(RecordPlanner.Shards before) {
        this.shards = new ShardsAhead(before);
    }

    /** As they will be once all of this group took effect. */
    RecordPlanner.Shards shards() {
        return shards;
    }

    void add(Item item) {
        items.add(item);
        shards.add(item.plan());
        rows += item.plan().rows().size() + MERGE_AS_ROWS * item.plan().merges().size();
        bytes += item.bytes();
    }

    boolean isFull() {
        return rows >= MOST_ROWS || bytes >= MOST_BYTES;
    }

    /** It would change nothing but progress. */
    boolean hasEffect() {
        return items.stream().anyMatch(item -> item.plan().hasEffect());
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    List<Item> items() {
        return items;
    }

    Map<ShardId, ShardHead.At> heads() {
        return shards.moved();
    }

    /** Epochs that began. */
    List<Ownership.Grant> opened() {
        return items.stream()
                .flatMap(item -> grants(item.plan().opened()).stream())
                .toList();
    }

    static List<Ownership.Grant> grants(List<RecordPlanner.Opened> opened) {
        return opened.stream().map(RecordPlanner.Opened::grant).toList();
    }

    List<RowChange> changes() {
        return items.stream().flatMap(item -> item.plan().rows().stream()).toList();
    }

    /** Of shards of which not all rows are here yet. */
    Set<ShardId> lenient() {
        Set<ShardId> lenient = new HashSet<>();
        items.forEach(item -> lenient.addAll(item.plan().seeds().lenient()));
        return lenient;
    }

    /** Of tables that any region may write. */
    List<MergeChange> merges() {
        return items.stream().flatMap(item -> item.plan().merges().stream()).toList();
    }

    /** In the order of their first change; a shard's own in the log's. */
    static Map<ShardId, List<RowChange>> byShard(List<RowChange> changes) {
        Map<ShardId, List<RowChange>> byShard = new LinkedHashMap<>();
        changes.forEach(change ->
                byShard.computeIfAbsent(change.shard(), _ -> new ArrayList<>()).add(change));
        return byShard;
    }
}
