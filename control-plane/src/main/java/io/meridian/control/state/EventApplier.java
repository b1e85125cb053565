package io.meridian.control.state;

import io.meridian.control.access.Access;
import io.meridian.control.assignment.Assignments;
import io.meridian.control.audit.Audit;
import io.meridian.control.automatic.AutomaticFailovers;
import io.meridian.control.certificate.KeyRing;
import io.meridian.control.cluster.Cluster;
import io.meridian.control.drilling.Drills;
import io.meridian.control.failover.Loss;
import io.meridian.control.failover.Losses;
import io.meridian.control.orders.AgentOrders;
import io.meridian.control.parking.ParkedOrder;
import io.meridian.control.repair.Repairs;
import io.meridian.control.restore.RestoreDecider;
import io.meridian.control.restore.Restoring;
import io.meridian.control.revising.RevisionOrder;
import io.meridian.control.safety.Safety;
import io.meridian.control.seeding.Seedings;
import io.meridian.control.switching.Run;
import io.meridian.control.topology.TopologyHistory;
import io.meridian.control.verify.Verification;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import io.meridian.topology.ownership.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Turns events into the next state; the only place that makes one. An exception here is a defect and stops the node. */
public final class EventApplier {
    private EventApplier() {}

    /** All events of one command: they share one revision. */
    public static ControlState applyAll(ControlState state, List<Event> events) {
        ControlState next = state;
        for (Event event : events) {
            next = apply(next, event);
        }
        return events.stream().anyMatch(Event::raisesRevision) ? raised(next) : next;
    }

    /** Without raising the revision: events of one command are seen together or not at all. */
    public static ControlState apply(ControlState state, Event event) {
        var next = new Draft(event instanceof Event.Restored restore ? restore.backup() : state);
        switch (event) {
            case Event.TopologyDeclared declared -> declare(next, declared);
            case Event.ShardsAssigned assigned -> next.shards = assigned.shards();
            case Event.LeaseRenewed renewed ->
                next.leases.computeIfPresent(
                        renewed.store(), (_, l) -> l.renewed(renewed.asked(), renewed.now(), renewed.by()));
            case Event.LeaseLapsed lapsed -> next.leases.computeIfPresent(lapsed.store(), (_, l) -> l.ranOut());
            case Event.LeaseRevoked revoked -> next.leases.computeIfPresent(revoked.store(), (_, l) -> l.revoked());
            case Event.LeaseExpired expired -> {
                next.leases.computeIfPresent(expired.store(), (_, l) -> l.expired());
                next.losses = next.losses.with(expired.store(), Loss.of(expired.run()));
            }
            case Event.StoreReconciled reconciled -> {
                next.leases.computeIfPresent(reconciled.store(), (_, l) -> l.reconciled());
                next.losses = next.losses.without(reconciled.store());
            }
            case Event.StoreBegunAnew begun -> {
                next.leases.computeIfPresent(begun.store(), (_, l) -> l.anew(begun.logLost()));
                next.losses = next.losses.without(begun.store());
                next.seedings = next.seedings.with(begun.store().region(), held(next, begun.store()), false);
            }
            case Event.LogGivenUp given -> next.leases.computeIfPresent(given.store(), (_, l) -> l.withoutLog());
            case Event.LossChanged changed -> next.losses = next.losses.with(changed.store(), changed.loss());
            case Event.LossesFollowed followed -> next.losses = followed.losses();
            case Event.TakenOver taken ->
                next.shards(taken.shards(), shard -> shard.takenOver(taken.from(), taken.to()));
            case Event.RunRetargeted retargeted ->
                next.run(retargeted.run(), run -> run.retargeted(retargeted.plan(), retargeted.note()));
            case Event.FailoverChanged changed -> next.run(changed.run(), run -> run.failingOver(changed.failover()));
            case Event.RouterReported reported -> {
                RouterSession session = reported.session();
                RouterSession before = next.routers.get(session.router());
                next.routers.put(session.router(), session.beat(before == null ? 1 : before.beats() + 1));
            }
            case Event.RouterLapsed lapsed -> next.routers.remove(lapsed.router());
            case Event.AgentReported reported -> {
                AgentObservation agent = reported.observation();
                AgentObservation before = next.agents.get(agent.key());
                next.agents.put(
                        agent.key(), agent.beat(before == null ? 1 : before.beats() + 1, reported.heardMillis()));
                agent.measures().lives().keySet().forEach(region -> seeded(next, region));
            }
            case Event.AgentLapsed lapsed -> next.agents.computeIfPresent(lapsed.agent(), (_, a) -> a.lapsed());
            case Event.OwnershipChanged changed -> {
                changed.shards().forEach(to -> next.shard(to.shard(), shard -> shard.owned(to)));
                next.restoring = next.restoring.without(
                        changed.shards().stream().map(Ownership::shard).toList());
            }
            case Event.Placed placed -> {
                next.assignments = next.assignments.placed(state, placed.zone(), placed.shards());
                next.shards(placed.shards(), shard -> shard.placed(placed.zone()));
            }
            case Event.Frozen frozen -> next.shards(frozen.shards(), shard -> frozen(shard, frozen.run()));
            case Event.Released released -> next.shards(released.shards(), shard -> released(shard, released.run()));
            case Event.RunPlanned planned -> {
                next.runs.add(planned.run());
                next.runsMade++;
                forgetEnded(next.runs);
            }
            case Event.RunEntered entered -> next.run(entered.run(), run -> run.entered(entered));
            case Event.RunAdvanced advanced ->
                next.run(advanced.run(), run -> run.advanced(advanced.state(), advanced.note()));
            case Event.RunCancelled cancelled -> next.run(cancelled.run(), run -> run.cancelledWith(cancelled.note()));
            case Event.RunHandled handled ->
                next.run(handled.run(), run -> run.handledAs(handled.handling(), handled.note(), handled.problem()));
            case Event.PinsChanged changed -> next.assignments = next.assignments.pinned(changed.pins());
            case Event.SafetyChanged changed -> next.safety = changed.safety();
            case Event.AutomaticFailoversChanged changed -> next.automatic = changed.automatic();
            case Event.ProofsCollected collected -> next.run(collected.run(), run -> run.proven(collected.proofs()));
            case Event.Certified certified -> next.run(certified.run(), run -> run.certified(certified.certificate()));
            case Event.KeyRegistered registered -> next.keys = next.keys.with(registered.key());
            case Event.KeyRetired retired -> next.keys = next.keys.withRetired(retired.key(), retired.at());
            case Event.CertificateSigned signed -> next.run(signed.run(), run -> run.sealed(signed.seal()));
            case Event.VerificationChanged changed -> next.verification(changed.verification());
            case Event.RepairChanged changed -> next.repairs = next.repairs.with(changed.repair());
            case Event.SeedingChanged changed -> next.seedings = next.seedings.with(changed.seeding());
            case Event.SeedingProgressed progressed -> next.seedings = next.seedings.with(progressed.seeding());
            case Event.CopiesChanged changed -> copies(next, changed);
            case Event.ScenarioChanged changed -> next.drills = next.drills.with(changed.scenario());
            case Event.ScenarioRemoved removed -> next.drills = next.drills.withoutScenario(removed.name());
            case Event.ScheduleChanged changed -> next.drills = next.drills.with(changed.schedule());
            case Event.ScheduleRemoved removed -> next.drills = next.drills.withoutSchedule(removed.name());
            case Event.DrillChanged changed -> next.drills = next.drills.with(changed.drill());
            case Event.DrillProgressed progressed -> next.drills = next.drills.with(progressed.drill());
            case Event.ParkedOrderChanged changed -> next.parkedOrders = next.parkedOrders.with(changed.order());
            case Event.RevisionOrderChanged changed -> next.revisionOrders = next.revisionOrders.with(changed.order());
            case Event.Restored restored -> restore(next, state, restored.now());
            case Event.FencesTold told -> next.restoring = next.restoring.told(told.region(), told.rows());
            case Event.VotersAsked asked -> next.cluster = next.cluster.asked(asked.what(), asked.now());
            case Event.LogicReported reported ->
                next.cluster = next.cluster.supporting(reported.node(), reported.supports());
            case Event.LogicRaised raised -> next.logicVersion = raised.version();
            case Event.Remembered remembered ->
                next.receipts = next.receipts.with(remembered.key(), remembered.receipt(), remembered.now());
            case Event.TokenCreated created -> next.access = next.access.with(created.token());
            case Event.TokenRevoked revoked -> next.access = next.access.withoutToken(revoked.name());
            case Event.ApprovalRequested requested -> next.access = next.access.with(requested.approval());
            case Event.ApprovalEnded ended -> next.access = next.access.withEnded(ended.approval(), ended.ending());
            case Event.Audited audited -> next.audit = next.audit.with(audited.entry());
        }
        return next.finished();
    }

    private static ControlState raised(ControlState state) {
        var next = new Draft(state);
        next.revision = state.revision().next();
        return next.finished();
    }

    /** All that the backup declares; what is about this control plane's own nodes, who is attached to them, and who may do what, stays. */
    private static void restore(Draft next, ControlState here, Instant now) {
        next.logicVersion = here.logicVersion();
        next.cluster = here.cluster();
        // A token that was revoked since must not come back, and the chain that this control plane began goes on.
        next.access = here.access();
        next.audit = here.audit();
        next.agents.clear();
        next.agents.putAll(here.agents());
        next.routers.clear();
        next.routers.putAll(here.routers());
        next.runs.removeIf(run -> !run.ended());
        next.verifications = next.verifications.stream()
                .filter(verification -> !verification.running())
                .toList();
        next.parkedOrders = next.parkedOrders.withoutPending();
        next.revisionOrders = next.revisionOrders.withoutPending().numberedAbove(Restoring.ORDERS_ABOVE);
        next.repairs = next.repairs.withoutRunning();
        next.seedings = next.seedings.withoutRunning();
        next.drills = next.drills.restored(now);
        // What was started by itself here counts here, and a backup's trip is not of now.
        next.automatic = here.automatic().withoutAdvices();
        // Its failover is not continued and withdrew nothing yet; whatever it was promised, a restore withdraws
        // everything.
        next.leases.replaceAll((_, lease) -> lease.lease() == RegionLease.Lease.REVOKING ? lease.reconciled() : lease);
        next.shards = next.shards.stream()
                .map(shard -> shard.withheld(RestoreDecider.RUN, Restoring.EPOCHS_ABOVE))
                .toList();
        next.restoring =
                Restoring.of(next.shards.stream().map(ShardState::shard).toList());
        next.revision = Revision.of(next.revision.number() + Restoring.REVISIONS_ABOVE);
    }

    private static void declare(Draft next, Event.TopologyDeclared declared) {
        Revision at = next.revision.next();
        next.topologies = next.topologies
                .including(next.declared)
                .with(new TopologyHistory.Entry(at, Optional.of(declared.now()), declared.topology()));
        next.declared = Optional.of(new DeclaredTopology(declared.topology(), at));
        List<StoreId> stores = declared.topology().stores();
        // Beside others that have had their shards for a while, an empty store is no copy of theirs.
        boolean later = !next.shards.isEmpty();
        for (StoreId store : stores) {
            if (!next.leases.containsKey(store)) {
                RegionLease first = RegionLease.first(store.region());
                next.leases.put(store, later ? first.unseeded() : first);
                next.seedings = next.seedings.with(store.region(), later ? held(next, store) : List.of(), false);
            }
        }
        next.leases.keySet().retainAll(stores);
        next.losses = next.losses.only(stores);
        next.seedings = next.seedings.only(
                declared.topology().regions().stream().map(Topology.Region::id).toList());
    }

    private static List<ShardId> held(Draft next, StoreId store) {
        Topology topology = next.declared.orElseThrow().topology();
        return next.shards.stream()
                .map(ShardState::shard)
                .filter(shard -> topology.store(
                                store.region(), topology.groupOf(shard).name())
                        .equals(store))
                .toList();
    }

    private static void copies(Draft next, Event.CopiesChanged changed) {
        next.seedings = next.seedings.with(changed.region(), changed.shards(), changed.whole());
        seeded(next, changed.region());
    }

    /** Whoever has copies of all may own, once the others apply its log: nobody could follow it before. */
    private static void seeded(Draft next, RegionId region) {
        SortedSet<ShardId> unfit = next.seedings.unfit(region);
        next.leases.replaceAll((store, lease) -> store.region().equals(region)
                        && lease.data() == RegionLease.Data.UNSEEDED
                        && held(next, store).stream().noneMatch(unfit::contains)
                        && followed(next, store, lease)
                ? lease.seeded()
                : lease);
    }

    private static boolean followed(Draft next, StoreId store, RegionLease lease) {
        return lease.life() == 1
                || next.leases.keySet().stream()
                        .filter(other -> other.group().equals(store.group())
                                && !other.region().equals(store.region()))
                        .allMatch(other -> next.agents.values().stream()
                                .anyMatch(agent -> agent.region().equals(other.region())
                                        && (other.group().isEmpty()
                                                || agent.group().equals(other.group()))
                                        && agent.measures().lives().getOrDefault(store.region(), 1) >= lease.life()));
    }

    private static ShardState frozen(ShardState shard, String run) {
        if (shard.frozenBy().isPresent()) {
            throw new IllegalStateException(run + " freezes " + shard);
        }
        return shard.frozen(Optional.of(run));
    }

    private static ShardState released(ShardState shard, String run) {
        if (!shard.frozenBy().equals(Optional.of(run))) {
            throw new IllegalStateException(run + " releases " + shard);
        }
        return shard.frozen(Optional.empty());
    }

    private static void forgetEnded(List<Run> runs) {
        long ended = runs.stream().filter(Run::ended).count();
        for (var each = runs.iterator(); ended > ControlState.ENDED_RUNS_KEPT; ) {
            if (each.next().ended()) {
                each.remove();
                ended--;
            }
        }
    }

    /** The next state while it is being written. */
    private static final class Draft {
        private int logicVersion;
        private Revision revision;
        private Optional<DeclaredTopology> declared;
        private List<ShardState> shards;
        private final SortedMap<StoreId, RegionLease> leases;
        private final SortedMap<String, RouterSession> routers;
        private final SortedMap<String, AgentObservation> agents;
        private final List<Run> runs;
        private List<Verification> verifications;
        private Receipts receipts;
        private long runsMade;
        private long verificationsMade;
        private Cluster cluster;
        private Restoring restoring;
        private TopologyHistory topologies;
        private Access access;
        private Audit audit;
        private KeyRing keys;
        private Assignments assignments;
        private Safety safety;
        private AgentOrders<ParkedOrder> parkedOrders;
        private Repairs repairs;
        private Losses losses;
        private Seedings seedings;
        private AutomaticFailovers automatic;
        private Drills drills;
        private AgentOrders<RevisionOrder> revisionOrders;

        Draft(ControlState from) {
            logicVersion = from.logicVersion();
            revision = from.revision();
            cluster = from.cluster();
            restoring = from.restoring();
            declared = from.declared();
            shards = from.shards();
            leases = new TreeMap<>((Map<StoreId, RegionLease>) from.leases());
            routers = new TreeMap<>((Map<String, RouterSession>) from.routers());
            agents = new TreeMap<>((Map<String, AgentObservation>) from.agents());
            runs = new ArrayList<>(from.runs());
            verifications = from.verifications();
            receipts = from.receipts();
            runsMade = from.runsMade();
            verificationsMade = from.verificationsMade();
            topologies = from.topologies();
            access = from.access();
            audit = from.audit();
            keys = from.keys();
            assignments = from.assignments();
            safety = from.safety();
            parkedOrders = from.parkedOrders();
            repairs = from.repairs();
            losses = from.losses();
            seedings = from.seedings();
            automatic = from.automatic();
            drills = from.drills();
            revisionOrders = from.revisionOrders();
        }

        void shard(ShardId shard, UnaryOperator<ShardState> change) {
            shards(List.of(shard), change);
        }

        void shards(Collection<ShardId> which, UnaryOperator<ShardState> change) {
            if (!(shards instanceof ArrayList)) {
                shards = new ArrayList<>(shards);
            }
            which.forEach(shard -> shards.set(shard.number(), change.apply(shards.get(shard.number()))));
        }

        void run(String id, UnaryOperator<Run> change) {
            for (int i = 0; i < runs.size(); i++) {
                if (runs.get(i).id().equals(id)) {
                    runs.set(i, change.apply(runs.get(i)));
                    return;
                }
            }
            throw new IllegalStateException("no run " + id);
        }

        void verification(Verification changed) {
            var next = new ArrayList<>(verifications);
            next.removeIf(verification -> verification.id().equals(changed.id()));
            next.add(changed);
            if (next.size() > verifications.size()) {
                verificationsMade++;
            }
            int first = Math.max(0, next.size() - ControlState.VERIFICATIONS_KEPT);
            verifications = List.copyOf(next.subList(first, next.size()));
        }

        ControlState finished() {
            return new ControlState(
                    logicVersion,
                    revision,
                    declared,
                    shards,
                    leases,
                    routers,
                    agents,
                    runs,
                    verifications,
                    receipts,
                    runsMade,
                    verificationsMade,
                    cluster,
                    restoring,
                    topologies,
                    access,
                    audit,
                    keys,
                    assignments,
                    safety,
                    parkedOrders,
                    repairs,
                    losses,
                    seedings,
                    automatic,
                    drills,
                    revisionOrders);
        }
    }
}
