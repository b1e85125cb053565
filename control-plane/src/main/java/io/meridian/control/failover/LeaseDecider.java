package io.meridian.control.failover;

import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.ShardState;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Ends the generation of a lease, and with it what its region owns. PROTOCOL 2. */
public final class LeaseDecider {
    private LeaseDecider() {}

    /** The region is not heard of any more, as far as leases tell. */
    public static List<Event> lapse(ControlState state, Command.LapseLease lapse) {
        return state.leases().get(lapse.store()) instanceof RegionLease lease
                        && lease.lease() == RegionLease.Lease.ACTIVE
                        && lease.generation() == lapse.generation()
                        && lease.renewals() == lapse.renewals()
                        && !lease.lapsed()
                ? List.of(new Event.LeaseLapsed(lapse.store()))
                : List.of();
    }

    /** The regions whose leases {@code run}, a failover, waits for: the one that it is of, and owners that a failover before it was of. */
    static SortedSet<RegionId> losing(ControlState state, Run run) {
        var regions = new TreeSet<RegionId>();
        regions.add(run.failover().orElseThrow().region());
        for (Plan.ShardMove move : run.presentWave().moves()) {
            ShardState shard = state.shard(move.shard());
            String group = state.declared()
                    .orElseThrow()
                    .topology()
                    .groupOf(move.shard())
                    .name();
            if (state.lease(shard.region(), group)
                    .filter(lease -> lease.lease() != RegionLease.Lease.ACTIVE)
                    .isPresent()) {
                regions.add(shard.region());
            }
        }
        return regions;
    }

    /** Counted from the last renewal, by whoever leads; if there was another one since, or it is revoked no more, this changes nothing. */
    public static List<Event> expire(ControlState state, Command.ExpireLease expire) {
        if (!(state.leases().get(expire.store()) instanceof RegionLease lease)
                || lease.lease() != RegionLease.Lease.REVOKING
                || lease.generation() != expire.generation()
                || lease.renewals() != expire.renewals()) {
            return List.of();
        }
        Optional<Run> failover = state.activeRuns().stream()
                .filter(run -> run.state() instanceof SwitchState.Expiring)
                .filter(run -> losing(state, run).contains(lease.region()))
                .findFirst();
        if (failover.isEmpty()) {
            return List.of();
        }
        Run run = failover.get();
        var withdrawals = new ArrayList<Ownership>();
        for (Plan.ShardMove move : run.presentWave().moves()) {
            ShardState shard = state.shard(move.shard());
            if (state.holds(expire.store().group(), move.shard())
                    && shard.ownership() instanceof Ownership.Grant grant
                    && grant.owner().equals(lease.region())) {
                withdrawals.add(
                        new Ownership.Withdrawal(move.shard(), grant.epoch().next(), grant, run.id()));
            }
        }
        var events = new ArrayList<Event>();
        events.add(new Event.LeaseExpired(expire.store(), run.id()));
        if (!withdrawals.isEmpty()) {
            events.add(new Event.OwnershipChanged(withdrawals));
        }
        return events;
    }
}
