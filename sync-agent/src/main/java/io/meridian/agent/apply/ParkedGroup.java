package io.meridian.agent.apply;

import io.meridian.agent.record.SourceRecord;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.List;

/** Parked transactions of one source and partition that take effect in one transaction here, and those that wait on behind them. */
final class ParkedGroup {
    /** It lies in no copy log any more, as far as this applier knows. */
    private static final long NO_OFFSET = -1;

    /** What becomes of a parked transaction behind what is in the group. */
    sealed interface Planned {
        /** @param items one per part */
        record Free(List<ApplyGroup.Item> items) implements Planned {
            /** Written by itself, and planned once more for that: it changes how the shard's records are judged. */
            boolean alone() {
                return items.stream().anyMatch(item -> item.plan().seeds().alone());
            }
        }

        record Hindered(RecordPlanner.Park park) implements Planned {}
    }

    record Waits(ParkedRows.Transaction transaction, RecordPlanner.Park park) {}

    private final ApplyGroup effects;
    private final List<ParkedRows.Transaction> transactions = new ArrayList<>();
    private final List<Waits> waiting = new ArrayList<>();

    /** @param before with nothing that is parked in the way */
    ParkedGroup(RecordPlanner.Shards before) {
        this.effects = new ApplyGroup(before);
    }

    Planned plan(ParkedRows.Transaction transaction) {
        var ahead = new ShardsAhead(effects.shards());
        List<ApplyGroup.Item> items = new ArrayList<>();
        for (SourceRecord share : transaction.shares()) {
            var plan = (RecordPlanner.Plan.Apply) RecordPlanner.plan(share, ahead, RecordPlanner.Patience.PARK);
            if (!plan.parks().isEmpty()) {
                return new Planned.Hindered(plan.parks().getFirst());
            }
            ahead.add(plan);
            items.add(new ApplyGroup.Item(share, NO_OFFSET, bytes(transaction), plan));
        }
        return new Planned.Free(items);
    }

    private static int bytes(ParkedRows.Transaction transaction) {
        return (int) Math.min(
                Integer.MAX_VALUE, transaction.bytes() / transaction.shares().size());
    }

    /** As it was planned just now. */
    void add(ParkedRows.Transaction transaction, Planned.Free planned) {
        planned.items().forEach(effects::add);
        transactions.add(transaction);
    }

    /** It waits once the group took effect, and all that follows it of its shard. */
    void waits(ParkedRows.Transaction transaction, Planned.Hindered planned) {
        waiting.add(new Waits(transaction, planned.park()));
    }

    boolean stopsBefore(ShardId shard) {
        return waiting.stream().anyMatch(one -> one.transaction().shard().equals(shard));
    }

    boolean isFull() {
        return effects.isFull();
    }

    ApplyGroup effects() {
        return effects;
    }

    /** By shard, each shard's in order. */
    List<ParkedRows.Transaction> transactions() {
        return transactions;
    }

    List<Waits> waiting() {
        return waiting;
    }
}
