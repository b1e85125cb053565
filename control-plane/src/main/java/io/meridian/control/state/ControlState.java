package io.meridian.control.state;

import io.meridian.control.access.Access;
import io.meridian.control.assignment.Assignments;
import io.meridian.control.audit.Audit;
import io.meridian.control.automatic.AutomaticFailovers;
import io.meridian.control.certificate.KeyRing;
import io.meridian.control.cluster.Cluster;
import io.meridian.control.cluster.Logic;
import io.meridian.control.drilling.Drills;
import io.meridian.control.failover.Losses;
import io.meridian.control.orders.AgentOrders;
import io.meridian.control.parking.ParkedOrder;
import io.meridian.control.repair.Repairs;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that is replicated, immutable. A part that did not change is the same object in the next state: feeds compare by identity.
 *
 * @param logicVersion of {@code decide} and {@code apply}; raised by a command once every node has it
 * @param shards index = shard number; empty until there is a topology
 * @param leases of every region's store of each group
 * @param agents by region and group
 * @param runs oldest first; ended ones beyond {@link #ENDED_RUNS_KEPT} are forgotten
 * @param keys that sign certificates
 * @param losses stores that were lost and are not back in line
 * @param seedings copies that are made anew, and those that are not whole
 * @param automatic failovers that nobody asks for, and what is recommended
 * @param drills faults on purpose, asked for and run
 * @param revisionOrders to decide orphans otherwise
 * @param runsMade also the number in the newest run's id
 */
public record ControlState(
        int logicVersion,
        Revision revision,
        Optional<DeclaredTopology> declared,
        List<ShardState> shards,
        SortedMap<StoreId, RegionLease> leases,
        SortedMap<String, RouterSession> routers,
        SortedMap<String, AgentObservation> agents,
        List<Run> runs,
        List<Verification> verifications,
        Receipts receipts,
        long runsMade,
        long verificationsMade,
        Cluster cluster,
        Restoring restoring,
        TopologyHistory topologies,
        Access access,
        Audit audit,
        KeyRing keys,
        Assignments assignments,
        Safety safety,
        AgentOrders<ParkedOrder> parkedOrders,
        Repairs repairs,
        Losses losses,
        Seedings seedings,
        AutomaticFailovers automatic,
        Drills drills,
        AgentOrders<RevisionOrder> revisionOrders) {
    public static final int ENDED_RUNS_KEPT = 50;
    public static final int VERIFICATIONS_KEPT = 20;

    public ControlState {
        shards = List.copyOf(shards);
        leases = sorted(leases);
        routers = sorted(routers);
        agents = sorted(agents);
        runs = List.copyOf(runs);
        verifications = List.copyOf(verifications);
    }

    /** Of a control plane that was never asked anything. */
    public static ControlState empty() {
        return new ControlState(
                Logic.FIRST,
                Revision.NONE,
                Optional.empty(),
                List.of(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                List.of(),
                List.of(),
                Receipts.empty(),
                0,
                0,
                Cluster.none(),
                Restoring.none(),
                TopologyHistory.empty(),
                Access.none(),
                Audit.empty(),
                KeyRing.empty(),
                Assignments.none(),
                Safety.none(),
                AgentOrders.none(),
                Repairs.none(),
                Losses.none(),
                Seedings.none(),
                AutomaticFailovers.none(),
                Drills.none(),
                AgentOrders.none());
    }

    public ShardState shard(ShardId shard) {
        return shards.get(shard.number());
    }

    public boolean hasShard(ShardId shard) {
        return shard.number() >= 0 && shard.number() < shards.size();
    }

    /** With what holds now, even should it have been declared by a version that kept no history. */
    public TopologyHistory topologyHistory() {
        return topologies.including(declared);
    }

    /** The topology that was declared at this revision; empty: none, or long ago. */
    public Optional<Topology> topology(Revision at) {
        return topologyHistory().find(at).map(TopologyHistory.Entry::topology);
    }

    public Optional<Run> run(String id) {
        return runs.stream().filter(run -> run.id().equals(id)).findFirst();
    }

    public List<Run> activeRuns() {
        return runs.stream().filter(run -> !run.ended()).toList();
    }

    public Optional<Verification> verification(String id) {
        return verifications.stream()
                .filter(verification -> verification.id().equals(id))
                .findFirst();
    }

    public Optional<Verification> runningVerification() {
        return verifications.stream().filter(Verification::running).findFirst();
    }

    /** Of the region's store of a group; empty: the topology has no such store. */
    public Optional<RegionLease> lease(RegionId region, String group) {
        return declared.map(DeclaredTopology::topology)
                .filter(topology -> topology.storeGroup(group).isPresent())
                .map(topology -> leases.get(topology.store(region, group)));
    }

    /** Whether {@code group} holds the shard. @param group empty: not said, as in logs of before there were several */
    public boolean holds(String group, ShardId shard) {
        return group.isEmpty()
                || declared.filter(now -> now.topology().holds(group, shard)).isPresent();
    }

    public Optional<AgentObservation> agentOf(RegionId region, String group) {
        return Optional.ofNullable(agents.get(AgentObservation.key(region, group)));
    }

    /** Whether that region's store of the group may own now and has an agent that can be told so. */
    public boolean mayOwn(RegionId region, String group) {
        return lease(region, group).filter(RegionLease::fit).isPresent()
                && agentOf(region, group).filter(AgentObservation::connected).isPresent();
    }

    /** Whether it has a store that is new beside others, and has no copies of all yet. */
    public boolean unseeded(RegionId region) {
        return leases.entrySet().stream()
                .anyMatch(each ->
                        each.getKey().region().equals(region) && each.getValue().data() == RegionLease.Data.UNSEEDED);
    }

    public Stream<RouterSession> routersOf(RegionId region) {
        return routers.values().stream().filter(router -> router.region().equals(region));
    }

    private static <K, V> SortedMap<K, V> sorted(SortedMap<K, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>((Map<K, V>) map));
    }
}
