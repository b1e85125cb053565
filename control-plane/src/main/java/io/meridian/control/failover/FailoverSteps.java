package io.meridian.control.failover;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.RegionLease;
import io.meridian.control.switching.Plan;
import io.meridian.control.switching.Proof;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchState;
import io.meridian.control.switching.SwitchState.Aligning;
import io.meridian.control.switching.SwitchState.Gathering;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Base;
import io.meridian.topology.ownership.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What each transition between a failover's own places does, as events. */
final class FailoverSteps {
    private final ControlState state;
    private final Run run;
    private final Failover failover;
    private final Topology topology;
    private final Instant now;

    FailoverSteps(ControlState state, Run run, Instant now) {
        this.state = state;
        this.run = run;
        this.failover = run.failover().orElseThrow();
        this.topology = state.declared().orElseThrow().topology();
        this.now = now;
    }

    /** All that the region was granted is withdrawn. */
    List<Event> expired() {
        var losing = LeaseDecider.losing(state, run);
        boolean over = state.leases().entrySet().stream()
                .filter(each -> losing.contains(each.getKey().region()))
                .allMatch(each -> each.getValue().lease() == RegionLease.Lease.EXPIRED);
        return over
                ? List.of(new Event.RunAdvanced(
                        run.id(), new SwitchState.Expiring(true), "its leases are over, what it owned is withdrawn"))
                : List.of();
    }

    List<Event> gather(int attempt, String why) {
        return List.of(
                new Event.FailoverChanged(run.id(), failover.attempt(attempt)),
                enter(Gathering.begun(attempt), why, ""));
    }

    List<Event> patienceOver(Gathering gathering) {
        return gathering.patienceOver()
                ? List.of()
                : List.of(new Event.RunAdvanced(
                        run.id(),
                        new Gathering(gathering.attempt(), gathering.answers(), gathering.closes(), true),
                        ""));
    }

    List<Event> stuck(Gathering gathering) {
        String why = switch (Gathered.of(state, topology, run, gathering)) {
            case Gathered.Verdict.Waits waits -> waits.why();
            case Gathered.Verdict.Decided _ -> "the answers are in, and the run did not go on";
        };
        return callOperator(gathering, why + "; look at the sync agents, then retry");
    }

    private List<Event> callOperator(Gathering gathering, String why) {
        return List.of(enter(new SwitchState.NeedsOperator(gathering), why, why));
    }

    List<Event> retry(Gathering gathering, boolean accept) {
        int attempt = gathering.attempt() + 1;
        Failover next = failover.attempt(attempt);
        return List.of(
                new Event.FailoverChanged(run.id(), accept ? next.accepting() : next),
                new Event.RunHandled(run.id(), run.handling(), "", ""),
                enter(Gathering.begun(attempt), accept ? "retried, whatever is lost" : "retried", ""));
    }

    List<Event> gathered(Gathering gathering) {
        return switch (Gathered.of(state, topology, run, gathering)) {
            case Gathered.Verdict.Waits _ -> List.of();
            case Gathered.Verdict.Decided decided -> decided(gathering, decided);
        };
    }

    private List<Event> decided(Gathering gathering, Gathered.Verdict.Decided decided) {
        Exposure exposure =
                Exposures.gathered(state, topology, failover.region(), gathering.answers(), decided.unclean());
        List<String> excess =
                failover.accepted() ? List.of() : failover.maxLoss().exceeded(exposure);
        boolean stuck = run.state() instanceof SwitchState.NeedsOperator;
        if (!excess.isEmpty()) {
            if (stuck) {
                return List.of();
            }
            var events = new ArrayList<Event>();
            events.add(new Event.FailoverChanged(run.id(), failover.exposing(exposure)));
            events.addAll(
                    callOperator(
                            gathering,
                            String.join("; ", excess)
                                    + "; wait for a survivor that has more or for the region, or retry by force and accept it"));
            return events;
        }
        var events = new ArrayList<Event>();
        if (stuck) {
            events.add(new Event.RunHandled(run.id(), run.handling(), "the answers suffice after all", ""));
        }
        if (decided.plan() != run.plan()) {
            events.add(new Event.RunRetargeted(run.id(), decided.plan(), decided.note()));
        }
        events.add(new Event.FailoverChanged(run.id(), failover.exposing(exposure)));
        events.add(enter(
                new Aligning(
                        gathering.attempt(), decided.cuts(), decided.holders(), decided.covered(), decided.unclean()),
                "",
                ""));
        return events;
    }

    List<Event> aligned(Aligning aligning) {
        Optional<String> gone = gone(aligning);
        if (gone.isPresent()) {
            return gather(aligning.attempt() + 1, gone.get());
        }
        return aligning.covered().containsAll(aligning.cuts().keySet()) ? activate(aligning) : List.of();
    }

    /** A new owner that cannot own any more; or a holder that cannot give what is still missing. */
    private Optional<String> gone(Aligning aligning) {
        for (Plan.ShardMove move : run.presentWave().moves()) {
            ShardId shard = move.shard();
            if (!aligning.cuts().containsKey(shard)) {
                continue;
            }
            String group = topology.groupOf(shard).name();
            RegionId target = run.plan().target(move).region();
            boolean may = revives(move) ? connected(target, group) : state.mayOwn(target, group);
            if (!may) {
                return Optional.of("region " + target + " is gone, or may not own any more");
            }
            RegionId holder = aligning.holders().getOrDefault(shard, target);
            if (!aligning.covered().contains(shard) && !connected(holder, group)) {
                return Optional.of("region " + holder + " is gone, and had what others lack");
            }
        }
        return Optional.empty();
    }

    String late(Aligning aligning) {
        return aligning.covered().size() + " of " + aligning.cuts().size()
                + " shards came to the cut in time; asked anew";
    }

    /** A lost region itself owns again. */
    private boolean revives(Plan.ShardMove move) {
        return state.lease(
                                run.plan().target(move).region(),
                                topology.groupOf(move.shard()).name())
                        .filter(lease -> lease.lease() == RegionLease.Lease.EXPIRED)
                        .isPresent()
                && state.shard(move.shard())
                        .region()
                        .equals(run.plan().target(move).region());
    }

    private boolean connected(RegionId region, String group) {
        return state.agentOf(region, group).filter(AgentObservation::connected).isPresent();
    }

    /** The point of no return: owner, epoch and base together. */
    private List<Event> activate(Aligning aligning) {
        var grants = new ArrayList<Ownership>();
        var proofs = new ArrayList<Proof>();
        var cuts = new TreeMap<StoreId, SortedMap<ShardId, Loss.Cut>>();
        var revived = new TreeSet<StoreId>();
        Losses losses = state.losses();
        for (Plan.ShardMove move : run.presentWave().moves()) {
            ShardId shard = move.shard();
            Base base = aligning.cuts().get(shard);
            if (base == null) {
                continue; // Granted to somebody who is there before the region was lost.
            }
            if (!(state.shard(shard).ownership() instanceof Ownership.Withdrawal withdrawal)
                    || !withdrawal.run().equals(run.id())) {
                throw new IllegalStateException(run.id() + " grants " + state.shard(shard) + " on " + base);
            }
            RegionId target = run.plan().target(move).region();
            boolean unclean = aligning.unclean().contains(shard);
            var grant = new Ownership.Grant(shard, withdrawal.epoch().next(), target, base);
            grants.add(grant);
            proofs.add(Proof.survived(move, run.plan(), base, unclean));
            StoreId store = topology.store(
                    withdrawal.withdrawn().owner(), topology.groupOf(shard).name());
            losses = losses.followed(shard, grant.epoch(), target, unclean);
            if (state.losses().of(store).isPresent()) {
                cuts.computeIfAbsent(store, _ -> new TreeMap<>())
                        .put(
                                shard,
                                Loss.Cut.of(
                                        withdrawal.withdrawn().epoch(),
                                        withdrawal.withdrawn().base(),
                                        grant.epoch(),
                                        unclean,
                                        target));
            }
            if (revives(move)) {
                revived.add(store);
            }
        }
        var events = new ArrayList<Event>();
        events.add(new Event.OwnershipChanged(grants));
        events.add(new Event.LossesFollowed(losses));
        for (var each : cuts.entrySet()) {
            events.add(
                    revived.contains(each.getKey())
                            ? new Event.StoreReconciled(each.getKey())
                            : new Event.LossChanged(
                                    each.getKey(),
                                    losses.of(each.getKey()).orElseThrow().with(each.getValue())));
        }
        events.add(new Event.ProofsCollected(run.id(), proofs));
        events.add(enter(new SwitchState.Activated(aligning.cuts(), new TreeSet<>()), "", ""));
        return events;
    }

    private Event.RunEntered enter(SwitchState next, String note, String problem) {
        return new Event.RunEntered(run.id(), next, run.wave(), run.counts(), note, problem, now);
    }
}
