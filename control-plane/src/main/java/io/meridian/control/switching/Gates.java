package io.meridian.control.switching;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.RouterSession;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must be true before a move may hold its first request. */
public final class Gates {
    private Gates() {}

    /** @return what stands in the way of {@code plan} now, each a sentence; empty: nothing */
    public static List<String> closed(ControlState state, Plan plan) {
        var closed = new ArrayList<String>();
        List<RegionId> regions = state.declared().stream()
                .flatMap(declared -> declared.topology().regions().stream())
                .map(Topology.Region::id)
                .toList();
        regions.forEach(region -> router(closed, state, region));
        SortedMap<RegionId, SortedSet<RegionId>> sources = sourcesByTarget(plan);
        var agents = new LinkedHashSet<RegionId>();
        sources.values().forEach(agents::addAll);
        agents.addAll(sources.keySet());
        agents.forEach(region -> agent(closed, state, region));
        sources.forEach((target, from) -> from.forEach(source -> lag(closed, state, plan, source, target)));
        return closed;
    }

    /** Between which regions ownership goes: target, then where from. */
    private static SortedMap<RegionId, SortedSet<RegionId>> sourcesByTarget(Plan plan) {
        var sources = new TreeMap<RegionId, SortedSet<RegionId>>();
        plan.waves().stream()
                .filter(wave -> wave.kind() == Plan.Wave.Kind.OWNERSHIP)
                .flatMap(wave -> wave.moves().stream())
                .forEach(move -> sources.computeIfAbsent(plan.target(move).region(), _ -> new TreeSet<>())
                        .add(move.fromRegion()));
        return sources;
    }

    private static void router(List<String> closed, ControlState state, RegionId region) {
        List<RouterSession> routers = state.routersOf(region).toList();
        if (routers.stream().noneMatch(RouterSession::connected)) {
            closed.add("no router of region " + region + " is connected");
        }
        for (RouterSession router : routers) {
            if (router.connected() && !router.holdCapable()) {
                closed.add("router " + router.router() + " cannot hold requests yet");
            } else if (!router.connected()) {
                closed.add("router " + router.router() + " is not connected, and may still route");
            }
        }
    }

    private static void agent(List<String> closed, ControlState state, RegionId region) {
        List<AgentObservation> agents = state.agentsOf(region).toList();
        if (agents.stream().noneMatch(AgentObservation::connected)) {
            closed.add("the sync agent of region " + region + " is not connected");
            return;
        }
        for (AgentObservation agent : agents) {
            if (!agent.healthKnown()) {
                closed.add("the sync agent of region " + region + " has not told its health yet");
            } else if (!agent.problem().isEmpty()) {
                closed.add("the sync agent of region " + region + " has a problem: " + agent.problem());
            } else if (!agent.capturing() || !agent.applying()) {
                closed.add("the sync agent of region " + region + " is not capturing and applying");
            } else if (agent.leaseRemainingMillis() <= 0) {
                closed.add("region " + region + " has no valid lease");
            }
        }
        RegionLease lease = state.leases().get(region);
        if (lease == null || lease.lease() != RegionLease.Lease.ACTIVE || lease.data() != RegionLease.Data.RECONCILED) {
            closed.add("region " + region + " may not own: " + lease);
        }
    }

    private static void lag(List<String> closed, ControlState state, Plan plan, RegionId source, RegionId target) {
        for (AgentObservation agent : state.agentsOf(target).toList()) {
            Long lag = agent.lagMillis().get(source);
            if (lag == null) {
                closed.add("region " + target + " has not heard from " + source + " yet");
            } else if (lag > plan.limits().lag().toMillis()) {
                closed.add("replication from " + source + " to " + target + " is " + lag
                        + " ms behind, limit " + plan.limits().lag().toMillis()
                        + " ms; wait, or raise move.lag-limit");
            }
        }
    }
}
