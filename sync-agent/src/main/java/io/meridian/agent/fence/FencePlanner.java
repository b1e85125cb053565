package io.meridian.agent.fence;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Desired ownerships and committed rows to what must be written. Pure. An open row is never opened again at a higher epoch, whatever is desired: it
 * is closed first, and opened by a later plan, so that no epoch ends without its CLOSE.
 */
public final class FencePlanner {
    private FencePlanner() {}

    /** @param rows every row of this store; a desired shard without a row is left alone (the installation is broken, and says so elsewhere) */
    public static FencePlan plan(RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
        List<FencePlan.Close> closings = new ArrayList<>();
        List<FencePlan.Raise> raises = new ArrayList<>();
        List<Ownership.Grant> openings = new ArrayList<>();
        desired.stream().sorted(Comparator.comparing(Ownership::shard)).forEach(ownership -> {
            FenceRow row = rows.get(ownership.shard());
            if (row == null) {
                return;
            }
            Epoch withdrawal = newestWithdrawal(ownership);
            if (row.open()) {
                if (withdrawal.isAbove(row.epoch())) {
                    closings.add(new FencePlan.Close(row.shard(), row.epoch(), withdrawal, run(ownership)));
                }
            } else if (ownership instanceof Ownership.Grant grant
                    && grant.owner().equals(here)
                    && grant.epoch().isAbove(row.epoch())) {
                openings.add(grant);
            } else if (withdrawal.isAbove(row.epoch())) {
                raises.add(new FencePlan.Raise(row.shard(), withdrawal));
            }
        });
        return new FencePlan(closings, raises, openings);
    }

    /** Only what a lease's renewal waits for: rows are raised even where a grant to this store could be opened at once. */
    public static FencePlan withdrawals(RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
        FencePlan plan = plan(here, desired, rows);
        List<FencePlan.Raise> raises = new ArrayList<>(plan.raises());
        for (Ownership.Grant grant : plan.openings()) {
            FenceRow row = rows.get(grant.shard());
            if (row != null && newestWithdrawal(grant).isAbove(row.epoch())) {
                raises.add(new FencePlan.Raise(grant.shard(), newestWithdrawal(grant)));
            }
        }
        return new FencePlan(plan.closings(), raises, List.of());
    }

    /** Epochs that a run took from this store and that are closed here, as long as nobody was granted the next: what CLOSE left can be looked at. */
    public static List<FencePlan.Close> closed(
            RegionId here, Collection<Ownership> desired, Map<ShardId, FenceRow> rows) {
        List<FencePlan.Close> closed = new ArrayList<>();
        for (Ownership ownership : desired) {
            FenceRow row = rows.get(ownership.shard());
            if (row != null
                    && ownership instanceof Ownership.Withdrawal withdrawal
                    && withdrawal.withdrawn().owner().equals(here)
                    && !withdrawal.run().isEmpty()
                    && !row.open()
                    && row.ownedEpoch().equals(withdrawal.withdrawn().epoch())) {
                closed.add(new FencePlan.Close(row.shard(), row.ownedEpoch(), row.epoch(), withdrawal.run()));
            }
        }
        return closed;
    }

    /** What every row must have reached before a lease may be renewed on this knowledge: W of PROTOCOL 2. */
    public static Epoch newestWithdrawal(Ownership ownership) {
        return switch (ownership) {
            case Ownership.Withdrawal withdrawal -> withdrawal.epoch();
            case Ownership.Grant grant -> Epoch.of(grant.epoch().number() - 1);
        };
    }

    private static String run(Ownership ownership) {
        return switch (ownership) {
            case Ownership.Withdrawal withdrawal -> withdrawal.run();
            case Ownership.Grant _ -> "";
        };
    }
}
