package io.meridian.simulation.agent;

import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code FenceBatches}: shards whose gates are free in one transaction, the busy ones one by one, again and again within the patience. */
final class BatchWriter<T, R> {
    private static final long LOCK_TIMEOUT_MICROS = 300_000;

    private final Site site;
    private final Function<List<T>, List<R>> work;
    private final Consumer<List<R>> done;
    private final long untilMicros;
    private final SortedMap<ShardId, T> remaining = new TreeMap<>();
    private final List<R> results = new ArrayList<>();
    private boolean over;

    /** @param work one transaction @param done called once, with what was written */
    BatchWriter(
            Site site,
            Collection<T> items,
            Function<T, ShardId> shard,
            long patienceMicros,
            Function<List<T>, List<R>> work,
            Consumer<List<R>> done) {
        this.site = site;
        this.work = work;
        this.done = done;
        this.untilMicros = site.machine().clockMicros() + patienceMicros;
        items.forEach(item -> remaining.put(shard.apply(item), item));
    }

    void begin() {
        if (remaining.isEmpty()) {
            end();
            return;
        }
        List<ShardId> busy = site.gates().underFree(site.machine(), List.copyOf(remaining.keySet()), this::transaction);
        busy.forEach(shard -> site.gates().waiting(site.machine(), shard, LOCK_TIMEOUT_MICROS, this::transaction));
        site.machine().afterMicros(LOCK_TIMEOUT_MICROS + 10_000, this::again);
    }

    private void transaction(List<ShardId> shards) {
        var items = new ArrayList<T>();
        for (ShardId shard : shards) {
            T item = remaining.remove(shard);
            if (item != null) {
                items.add(item);
            }
        }
        results.addAll(work.apply(items));
        if (remaining.isEmpty()) {
            end();
        }
    }

    private void again() {
        if (over) {
            return;
        }
        if (site.machine().clockMicros() >= untilMicros) {
            end();
        } else {
            begin();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            done.accept(results);
        }
    }
}
