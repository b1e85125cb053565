package io.meridian.control.switching;

import io.meridian.control.safety.SafetyCheck;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.ShardState;
import io.meridian.topology.MaintenanceWindow;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ShardRange;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must be true before a wave may hold its first request. Looked at when a run starts and again before each further wave. */
public final class Gates {
    private Gates() {}

    /** All of them, open ones too, for what {@code run} has still to do. */
    public static List<Gate> of(ControlState state, Run run, Instant now) {
        var gates = new ArrayList<Gate>();
        if (state.declared().isEmpty()) {
            return gates;
        }
        Topology topology = state.declared().get().topology();
        List<Plan.ShardMove> left = run.plan().waves().stream()
                .skip(run.wave() - 1L)
                .flatMap(wave -> wave.moves().stream())
                .toList();
        var involved = new TreeSet<RegionId>();
        left.forEach(move -> {
            involved.add(move.fromRegion());
            involved.add(run.plan().target(move).region());
        });
        gates.add(brake(state));
        involved.forEach(region -> gates.add(window(topology, region, now)));
        gates.add(Gate.open(Gate.Name.APPROVALS, "", "none needed, or given", "", false));
        gates.add(safetyRules(state, topology, run.plan(), left));
        topology.regions().forEach(region -> routers(gates, state, region.id()));
        for (Topology.StoreGroup group : topology.storeGroups()) {
            agents(gates, state, topology, run, group);
        }
        Headroom.add(
                gates, topology, zonesAfter(state, run.plan(), left), run.plan().targets());
        return gates;
    }

    /** Those that keep the run from going on, each a sentence: closed, and nobody answers for them. */
    static List<String> inTheWay(ControlState state, Run run, Instant now) {
        return of(state, run, now).stream()
                .filter(gate -> !passes(gate, run))
                .map(Gate::says)
                .toList();
    }

    static boolean pass(ControlState state, Run run, Instant now) {
        return of(state, run, now).stream().allMatch(gate -> passes(gate, run));
    }

    static boolean passes(Gate gate, Run run) {
        return gate.open() || (gate.soft() && run.handling().forced().contains(gate.name()));
    }

    private static Gate brake(ControlState state) {
        return state.safety()
                .brake()
                .map(brake -> Gate.closed(
                        Gate.Name.BRAKE,
                        "",
                        "on",
                        "off",
                        false,
                        "the brake is on since " + brake.since() + ": " + brake.reason()
                                + "; release it when that is over"))
                .orElseGet(() -> Gate.open(Gate.Name.BRAKE, "", "off", "off", false));
    }

    private static Gate window(Topology topology, RegionId region, Instant now) {
        List<MaintenanceWindow> windows = topology.maintenanceWindows().stream()
                .filter(window -> window.isFor(region))
                .toList();
        if (windows.isEmpty()) {
            return Gate.open(Gate.Name.WINDOW, region.name(), "always", "none declared", true);
        }
        boolean open = windows.stream().anyMatch(window -> window.open(now));
        String limit = String.join(", ", windows.stream().map(Gates::text).toList());
        return Gate.of(
                open,
                Gate.Name.WINDOW,
                region.name(),
                now + "",
                limit,
                true,
                "region " + region + " is outside its maintenance windows (" + limit + " UTC); wait for one");
    }

    private static String text(MaintenanceWindow window) {
        return (window.days().size() == 7 ? "" : window.days() + " ") + window.from() + " to " + window.to();
    }

    private static Gate safetyRules(ControlState state, Topology topology, Plan plan, List<Plan.ShardMove> left) {
        List<String> broken = brokenBy(state, topology, plan, left);
        return Gate.of(
                broken.isEmpty(),
                Gate.Name.SAFETY_RULES,
                "",
                broken.isEmpty() ? "kept" : "broken",
                "kept",
                false,
                String.join("; ", broken));
    }

    /** The rules that the state afterwards would break and the present one does not: a run that mends half of something may go. */
    static List<String> brokenBy(ControlState state, Topology topology, Plan plan, List<Plan.ShardMove> left) {
        if (topology.safetyRules().minRegionsWithCapacity().isEmpty()
                && !topology.safetyRules().neverAllZonesOfCity()) {
            return List.of();
        }
        var broken = new ArrayList<>(
                SafetyCheck.broken(topology, zonesAfter(state, plan, left).keySet()));
        broken.removeAll(
                SafetyCheck.broken(topology, zonesAfter(state, plan, List.of()).keySet()));
        return broken;
    }

    /** How many shards each zone serves when {@code moves} are done; zones without any are left out. */
    private static Map<ZoneId, Integer> zonesAfter(ControlState state, Plan plan, List<Plan.ShardMove> moves) {
        Map<ShardId, ZoneId> moved = new HashMap<>();
        moves.forEach(move -> moved.put(move.shard(), plan.target(move).zone()));
        var zones = new TreeMap<ZoneId, Integer>();
        for (ShardState shard : state.shards()) {
            zones.merge(moved.getOrDefault(shard.shard(), shard.zone()), 1, Integer::sum);
        }
        return zones;
    }

    /** Of one store group, as far as the run still moves shards of it: a dead agent keeps nobody's shards but its own group's. */
    private static void agents(
            List<Gate> gates, ControlState state, Topology topology, Run run, Topology.StoreGroup group) {
        SortedMap<RegionId, SortedSet<RegionId>> sources = sourcesByTarget(run, group.range(topology.shards()));
        var regions = new LinkedHashSet<RegionId>();
        sources.values().forEach(regions::addAll);
        regions.addAll(sources.keySet());
        regions.forEach(region -> AgentGates.add(gates, state, topology, region, group.name()));
        sources.forEach((target, from) -> state.agentOf(target, group.name())
                .ifPresent(agent -> from.forEach(source -> AgentGates.lag(
                        gates, run.plan().limits(), source, topology.store(target, group.name()), agent))));
    }

    /** Between which regions ownership of {@code shards} still goes: target, then where from. */
    private static SortedMap<RegionId, SortedSet<RegionId>> sourcesByTarget(Run run, ShardRange shards) {
        var sources = new TreeMap<RegionId, SortedSet<RegionId>>();
        run.plan().waves().stream()
                .skip(run.wave() - 1L)
                .filter(wave -> wave.kind() == Plan.Wave.Kind.OWNERSHIP)
                .flatMap(wave -> wave.moves().stream())
                .filter(move -> shards.holds(move.shard()))
                .forEach(move -> sources.computeIfAbsent(run.plan().target(move).region(), _ -> new TreeSet<>())
                        .add(move.fromRegion()));
        return sources;
    }

    /**
     * Every router that the control plane still counts has to be able to hold. A region whose routers' sessions have all lapsed routes by nothing of
     * ours any more: its edges cost refused requests, not data, so a person may answer for going on without it.
     */
    private static void routers(List<Gate> gates, ControlState state, RegionId region) {
        List<RouterSession> routers = state.routersOf(region).toList();
        if (routers.isEmpty()) {
            gates.add(Gate.closed(
                    Gate.Name.ROUTERS,
                    region.name(),
                    "none",
                    "at least one connected",
                    true,
                    "no router of region " + region + " is connected; start one, or go on without its edges by force"));
        }
        for (RouterSession router : routers) {
            if (!router.connected()) {
                gates.add(
                        Gate.closed(
                                Gate.Name.ROUTERS,
                                router.router(),
                                "not connected",
                                "connected",
                                false,
                                "router " + router.router()
                                        + " is not connected, and may still route; wait until it is back or its session lapses"));
            } else if (!router.holdCapable()) {
                gates.add(Gate.closed(
                        Gate.Name.ROUTERS,
                        router.router(),
                        "cannot hold",
                        "can hold",
                        false,
                        "router " + router.router() + " cannot hold requests yet"));
            } else {
                gates.add(Gate.open(Gate.Name.ROUTERS, router.router(), "can hold", "can hold", false));
            }
        }
    }
}
