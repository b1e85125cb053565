package io.meridian.control.switching;

import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.topology.RegionId;
import java.util.List;

/** The gates that rest on what sync agents say of themselves and of their stores. */
final class AgentGates {
    /** Lag is told by clocks that differ by this much at most, so it is wrong by no more. */
    private static final long CLOCK_LIMIT_MILLIS = 1000;

    private AgentGates() {}

    static void add(List<Gate> gates, ControlState state, RegionId region) {
        List<AgentObservation> agents = state.agentsOf(region).toList();
        if (agents.isEmpty()) {
            gates.add(Gate.unknown(
                    Gate.Name.FENCE,
                    region.name(),
                    "reachable",
                    false,
                    "the sync agent of region " + region
                            + " is not connected: whether its fence can be reached is unknown"));
        }
        for (AgentObservation agent : agents) {
            String about = agents.size() == 1 ? region.name() : agent.key();
            gates.add(fence(agent, region, about));
            gates.add(health(agent, region, about));
            gates.add(lease(agent, region, about));
            if (agent.measures().taken()) {
                gates.add(clock(agent, region, about));
            }
        }
        RegionLease lease = state.leases().get(region);
        boolean mayOwn = lease != null
                && lease.lease() == RegionLease.Lease.ACTIVE
                && lease.data() == RegionLease.Data.RECONCILED;
        gates.add(Gate.of(
                mayOwn,
                Gate.Name.RECONCILED,
                region.name(),
                lease == null ? "no lease" : lease.lease() + ", " + lease.data(),
                "ACTIVE, RECONCILED",
                false,
                "region " + region + " may not own: "
                        + (lease == null ? "no lease" : lease.lease() + ", " + lease.data())));
    }

    /** Its health is read from the store itself, so whoever tells it reaches the fence. */
    private static Gate fence(AgentObservation agent, RegionId region, String about) {
        if (!agent.connected()) {
            return Gate.closed(
                    Gate.Name.FENCE,
                    about,
                    "not connected",
                    "reachable",
                    false,
                    "the sync agent of region " + region + " is not connected, so its fence cannot be reached");
        }
        return agent.healthKnown()
                ? Gate.open(Gate.Name.FENCE, about, "reachable", "reachable", false)
                : Gate.unknown(
                        Gate.Name.FENCE,
                        about,
                        "reachable",
                        false,
                        "the sync agent of region " + region
                                + " has not told yet whether it reaches its store: unknown");
    }

    private static Gate health(AgentObservation agent, RegionId region, String about) {
        String limit = "captures and applies";
        if (!agent.healthKnown()) {
            return Gate.unknown(
                    Gate.Name.AGENT,
                    about,
                    limit,
                    false,
                    "the sync agent of region " + region + " has not told its health yet: unknown");
        }
        if (!agent.problem().isEmpty()) {
            return Gate.closed(
                    Gate.Name.AGENT,
                    about,
                    agent.problem(),
                    limit,
                    false,
                    "the sync agent of region " + region + " has a problem: " + agent.problem());
        }
        boolean works = agent.capturing() && agent.applying();
        return Gate.of(
                works,
                Gate.Name.AGENT,
                about,
                works ? limit : "does not capture and apply",
                limit,
                false,
                "the sync agent of region " + region + " is not capturing and applying");
    }

    private static Gate lease(AgentObservation agent, RegionId region, String about) {
        if (!agent.healthKnown()) {
            return Gate.unknown(
                    Gate.Name.LEASE,
                    about,
                    "valid",
                    false,
                    "whether region " + region + " has a valid lease is unknown");
        }
        return Gate.of(
                agent.leaseRemainingMillis() > 0,
                Gate.Name.LEASE,
                about,
                agent.leaseRemainingMillis() + " ms left",
                "valid",
                false,
                "region " + region + " has no valid lease");
    }

    private static Gate clock(AgentObservation agent, RegionId region, String about) {
        String limit = CLOCK_LIMIT_MILLIS + " ms";
        return agent.measures()
                .clockOffsetMillis()
                .map(offset -> Gate.of(
                        Math.abs(offset) <= CLOCK_LIMIT_MILLIS,
                        Gate.Name.CLOCK,
                        about,
                        offset + " ms",
                        limit,
                        true,
                        "the clock of region " + region + "'s store is " + offset
                                + " ms off its control-plane node's, limit " + limit + "; look at both clocks"))
                .orElseGet(() -> Gate.unknown(
                        Gate.Name.CLOCK,
                        about,
                        limit,
                        true,
                        "how far the clock of region " + region
                                + "'s store is off is unknown until it renews its lease"));
    }

    static void lag(List<Gate> gates, ControlState state, Plan.MoveLimits limits, RegionId source, RegionId target) {
        String about = source + " to " + target;
        for (AgentObservation agent : state.agentsOf(target).toList()) {
            Long millis = agent.lagMillis().get(source);
            String unheard = "region " + target + " has not heard from " + source + " yet: its lag is unknown";
            String limit = limits.lag().toMillis() + " ms";
            gates.add(
                    millis == null
                            ? Gate.unknown(Gate.Name.LAG, about, limit, true, unheard)
                            : Gate.of(
                                    millis <= limits.lag().toMillis(),
                                    Gate.Name.LAG,
                                    about,
                                    millis + " ms",
                                    limit,
                                    true,
                                    "replication from " + about + " is " + millis + " ms behind, limit " + limit
                                            + "; wait, or raise limits.lag"));
            if (agent.measures().taken()) {
                gates.add(records(agent, limits, source, about, unheard));
            }
        }
    }

    private static Gate records(
            AgentObservation agent, Plan.MoveLimits limits, RegionId source, String about, String unheard) {
        Long records = agent.measures().recordsBehind().get(source);
        String most = limits.lagRecords().map(number -> number + "").orElse("none declared");
        if (records == null) {
            return Gate.unknown(Gate.Name.LAG_RECORDS, about, most, true, unheard);
        }
        return Gate.of(
                limits.lagRecords().isEmpty() || records <= limits.lagRecords().get(),
                Gate.Name.LAG_RECORDS,
                about,
                records + "",
                most,
                true,
                "replication from " + about + " is " + records + " records behind, limit " + most
                        + "; wait, or raise limits.lagRows");
    }
}
