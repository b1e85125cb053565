package io.meridian.control.switching;

import io.meridian.control.seeding.SeedingDecider;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.topology.RegionId;
import io.meridian.topology.StoreId;
import io.meridian.topology.Topology;
import java.util.List;
import java.util.Optional;

/** The gates that rest on what sync agents say of themselves and of their stores. */
final class AgentGates {
    /** Lag is told by clocks that differ by this much at most, so it is wrong by no more. */
    private static final long CLOCK_LIMIT_MILLIS = 1000;

    private AgentGates() {}

    static void add(List<Gate> gates, ControlState state, Topology topology, RegionId region, String group) {
        StoreId store = topology.store(region, group);
        state.agentOf(region, group)
                .ifPresentOrElse(
                        agent -> {
                            gates.add(fence(agent, store));
                            gates.add(health(agent, store));
                            gates.add(lease(agent, store));
                            if (agent.measures().taken()) {
                                gates.add(clock(agent, store));
                            }
                        },
                        () -> gates.add(Gate.unknown(
                                Gate.Name.FENCE,
                                store.toString(),
                                "reachable",
                                false,
                                "the sync agent of " + store.inWords()
                                        + " is not connected: whether its fence can be reached is unknown")));
        Optional<RegionLease> lease = state.lease(region, group);
        boolean mayOwn = lease.filter(
                        held -> held.lease() == RegionLease.Lease.ACTIVE && held.data() == RegionLease.Data.RECONCILED)
                .isPresent();
        String held = lease.map(now -> now.lease() + ", " + now.data()).orElse("no lease");
        gates.add(Gate.of(
                mayOwn,
                Gate.Name.RECONCILED,
                store.toString(),
                held,
                "ACTIVE, RECONCILED",
                false,
                store.inWords() + " may not own: " + held
                        + (state.unseeded(region)
                                ? "; it is new, make its copies first: " + SeedingDecider.cure(region)
                                : "")));
    }

    /** Its health is read from the store itself, so whoever tells it reaches the fence. */
    private static Gate fence(AgentObservation agent, StoreId store) {
        if (!agent.connected()) {
            return Gate.closed(
                    Gate.Name.FENCE,
                    store.toString(),
                    "not connected",
                    "reachable",
                    false,
                    "the sync agent of " + store.inWords() + " is not connected, so its fence cannot be reached");
        }
        return agent.healthKnown()
                ? Gate.open(Gate.Name.FENCE, store.toString(), "reachable", "reachable", false)
                : Gate.unknown(
                        Gate.Name.FENCE,
                        store.toString(),
                        "reachable",
                        false,
                        "the sync agent of " + store.inWords()
                                + " has not told yet whether it reaches its store: unknown");
    }

    private static Gate health(AgentObservation agent, StoreId store) {
        String limit = "captures and applies";
        if (!agent.healthKnown()) {
            return Gate.unknown(
                    Gate.Name.AGENT,
                    store.toString(),
                    limit,
                    false,
                    "the sync agent of " + store.inWords() + " has not told its health yet: unknown");
        }
        if (!agent.problem().isEmpty()) {
            return Gate.closed(
                    Gate.Name.AGENT,
                    store.toString(),
                    agent.problem(),
                    limit,
                    false,
                    "the sync agent of " + store.inWords() + " has a problem: " + agent.problem());
        }
        boolean works = agent.capturing() && agent.applying();
        return Gate.of(
                works,
                Gate.Name.AGENT,
                store.toString(),
                works ? limit : "does not capture and apply",
                limit,
                false,
                "the sync agent of " + store.inWords() + " is not capturing and applying");
    }

    private static Gate lease(AgentObservation agent, StoreId store) {
        if (!agent.healthKnown()) {
            return Gate.unknown(
                    Gate.Name.LEASE,
                    store.toString(),
                    "valid",
                    false,
                    "whether " + store.inWords() + " has a valid lease is unknown");
        }
        return Gate.of(
                agent.leaseRemainingMillis() > 0,
                Gate.Name.LEASE,
                store.toString(),
                agent.leaseRemainingMillis() + " ms left",
                "valid",
                false,
                store.inWords() + " has no valid lease");
    }

    private static Gate clock(AgentObservation agent, StoreId store) {
        String limit = CLOCK_LIMIT_MILLIS + " ms";
        return agent.measures()
                .clockOffsetMillis()
                .map(offset -> Gate.of(
                        Math.abs(offset) <= CLOCK_LIMIT_MILLIS,
                        Gate.Name.CLOCK,
                        store.toString(),
                        offset + " ms",
                        limit,
                        true,
                        "the clock of the store of " + store.inWords() + " is " + offset
                                + " ms off its control-plane node's, limit " + limit + "; look at both clocks"))
                .orElseGet(() -> Gate.unknown(
                        Gate.Name.CLOCK,
                        store.toString(),
                        limit,
                        true,
                        "how far the clock of the store of " + store.inWords()
                                + " is off is unknown until it renews its lease"));
    }

    /** @param target the store that {@code agent} applies to */
    static void lag(List<Gate> gates, Plan.MoveLimits limits, RegionId source, StoreId target, AgentObservation agent) {
        String about = source + " to " + target;
        Long millis = agent.lagMillis().get(source);
        String unheard = target.inWords() + " has not heard from " + source + " yet: its lag is unknown";
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
