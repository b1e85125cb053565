package io.meridian.control.assignment;

import io.meridian.control.assignment.planning.AssignmentInput;
import io.meridian.control.assignment.planning.AssignmentInput.Goal;
import io.meridian.control.assignment.planning.AssignmentInput.Rule;
import io.meridian.control.assignment.planning.ZoneFacts;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.ShardState;
import io.meridian.topology.RegionId;
import io.meridian.topology.Residency;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A topology and where its shards are, as the planner wants them. A shard that a run has on its way counts where the run brings it, and stays
 * there; one that was popped out stays out, unless its zone is evacuated.
 */
final class PlannerInput {
    private final Topology topology;
    private final List<Topology.Zone> zones;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<Object, Integer> ruleNumbers = new HashMap<>();
    private final Map<ZoneId, Integer> zoneNumbers = new HashMap<>();
    private final SortedMap<ShardId, ZoneId> underWay = new TreeMap<>();
    private final SortedSet<RegionId> unseeded = new TreeSet<>();
    private final Map<RegionId, Set<ShardId>> doubted = new HashMap<>();
    private final SortedSet<ZoneId> evacuated;
    private final Goal goal;
    private final Optional<Integer> rps;
    private final int[] at;
    private final int[] ruleOf;

    private PlannerInput(Topology topology, SortedSet<ZoneId> evacuated, Goal goal, Optional<Integer> rps) {
        this.topology = topology;
        zones = topology.shardZones();
        this.evacuated = evacuated;
        this.goal = goal;
        this.rps = rps;
        at = new int[topology.shards()];
        ruleOf = new int[topology.shards()];
        for (int zone = 0; zone < zones.size(); zone++) {
            zoneNumbers.put(zones.get(zone).id(), zone);
        }
    }

    /** @param evacuated what has to be empty */
    static PlannerInput of(
            ControlState state, Topology topology, SortedSet<ZoneId> evacuated, Goal goal, Optional<Integer> rps) {
        var input = new PlannerInput(topology, evacuated, goal, rps);
        for (Topology.Region region : topology.regions()) {
            if (state.unseeded(region.id())) {
                input.unseeded.add(region.id());
            }
            input.doubted.put(region.id(), state.seedings().doubted(region.id()));
        }
        state.activeRuns()
                .forEach(run -> run.plan()
                        .moves()
                        .forEach(move -> input.underWay.put(
                                move.shard(), run.plan().target(move).zone())));
        Map<ShardId, Residency> bound = topology.residencies();
        for (ShardState shard : state.shards()) {
            ShardId id = shard.shard();
            ZoneId zone = input.underWay.getOrDefault(id, shard.zone());
            boolean popped = state.assignments().homes().containsKey(id) && !evacuated.contains(zone);
            boolean stays = input.underWay.containsKey(id) || popped;
            input.put(id, zone, stays ? input.staying(zone) : input.residency(bound.get(id), input.unfit(id)));
        }
        return input;
    }

    /**
     * A region is lost: only {@code mayGo} are moved.
     *
     * @param mayGo the regions that may own each of them now
     */
    static PlannerInput failover(
            ControlState state,
            Topology topology,
            SortedSet<ZoneId> lost,
            SortedMap<ShardId, SortedSet<RegionId>> mayGo) {
        var input =
                new PlannerInput(topology, lost, Goal.STAY, topology.limits().rps());
        state.activeRuns()
                .forEach(run -> run.plan()
                        .moves()
                        .forEach(move -> input.underWay.put(
                                move.shard(), run.plan().target(move).zone())));
        input.underWay.keySet().removeAll(mayGo.keySet());
        Map<ShardId, Residency> bound = topology.residencies();
        for (ShardState shard : state.shards()) {
            ShardId id = shard.shard();
            ZoneId zone = input.underWay.getOrDefault(id, shard.zone());
            SortedSet<RegionId> fit = mayGo.get(id);
            if (fit != null) {
                input.put(id, zone, input.surviving(bound.get(id), fit));
            } else {
                // What another run brings to a lost zone is that run's to bring elsewhere.
                input.put(id, zone, lost.contains(zone) ? input.residency(null) : input.staying(zone));
            }
        }
        return input;
    }

    private int surviving(@Nullable Residency residency, SortedSet<RegionId> fit) {
        var regions = new TreeSet<RegionId>((SortedSet<RegionId>) fit);
        if (residency != null) {
            regions.retainAll(residency.regions());
        }
        String names = regions.stream().map(RegionId::name).collect(Collectors.joining(", "));
        return rule(
                List.of("surviving", regions),
                () -> new Rule(
                        zones.stream()
                                .filter(zone -> regions.contains(zone.region()))
                                .map(Topology.Zone::id)
                                .collect(Collectors.toSet()),
                        names.isEmpty() ? "can be taken over by nobody now" : "can be taken over by " + names));
    }

    /** Nobody has any shard yet. */
    static PlannerInput first(Topology topology) {
        var input = new PlannerInput(topology, new TreeSet<>(), Goal.BALANCE, Optional.empty());
        Map<ShardId, Residency> bound = topology.residencies();
        for (int shard = 0; shard < topology.shards(); shard++) {
            input.at[shard] = AssignmentInput.NOWHERE;
            input.ruleOf[shard] = input.residency(bound.get(ShardId.of(shard)));
        }
        return input;
    }

    private void put(ShardId shard, ZoneId zone, int rule) {
        Integer number = zoneNumbers.get(zone);
        if (number == null) {
            throw new IllegalStateException(
                    "shard " + shard + " is at " + zone + ", which is no R zone of the topology");
        }
        at[shard.number()] = number;
        ruleOf[shard.number()] = rule;
    }

    private int staying(ZoneId zone) {
        return rule(zone, () -> new Rule(Set.of(zone), "stay at " + zone));
    }

    /** Regions that have no whole copy of it: nothing that is computed brings it there. */
    private SortedSet<RegionId> unfit(ShardId shard) {
        var unfit = new TreeSet<RegionId>(unseeded);
        doubted.forEach((region, shards) -> {
            if (shards.contains(shard)) {
                unfit.add(region);
            }
        });
        return unfit;
    }

    private int residency(@Nullable Residency residency) {
        return residency(residency, new TreeSet<>());
    }

    private int residency(@Nullable Residency residency, SortedSet<RegionId> unfit) {
        List<RegionId> regions = residency == null ? List.of() : residency.regions();
        return rule(
                List.of("may live", regions, unfit),
                () -> new Rule(
                        zones.stream()
                                .filter(zone -> regions.isEmpty() || regions.contains(zone.region()))
                                .filter(zone -> !unfit.contains(zone.region()))
                                .map(Topology.Zone::id)
                                .collect(Collectors.toSet()),
                        (regions.isEmpty()
                                        ? "may live anywhere"
                                        : "may only live in "
                                                + regions.stream()
                                                        .map(RegionId::name)
                                                        .collect(Collectors.joining(", ")))
                                + (unfit.isEmpty()
                                        ? ""
                                        : ", but have no whole copy in "
                                                + unfit.stream()
                                                        .map(RegionId::name)
                                                        .collect(Collectors.joining(", ")))));
    }

    private int rule(Object name, Supplier<Rule> rule) {
        return ruleNumbers.computeIfAbsent(name, _ -> {
            rules.add(rule.get());
            return rules.size() - 1;
        });
    }

    SortedSet<ShardId> underWay() {
        return new TreeSet<>(underWay.keySet());
    }

    /** Where a shard is, or is brought by a run. */
    ZoneId zoneOf(ShardId shard) {
        return zones.get(at[shard.number()]).id();
    }

    /** A load was told, and it is none. */
    boolean withoutLoad() {
        return rps.filter(load -> load < 1).isPresent();
    }

    AssignmentInput forPlanner() {
        Map<RegionId, String> cities =
                topology.regions().stream().collect(Collectors.toMap(Topology.Region::id, Topology.Region::city));
        List<ZoneFacts> facts = zones.stream()
                .map(zone -> new ZoneFacts(
                        zone.id(),
                        zone.region(),
                        cities.getOrDefault(zone.region(), ""),
                        zone.weight(),
                        capacity(zone),
                        zone.weight() > 0 && !zone.elastic(),
                        zone.backups()))
                .toList();
        return new AssignmentInput(facts, rules, at, ruleOf, evacuated, goal);
    }

    /** In shards: each of them has its equal part of the load. */
    private OptionalInt capacity(Topology.Zone zone) {
        return rps.isEmpty() || zone.capacity().isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of((int)
                        Math.min(Integer.MAX_VALUE, (long) zone.capacity().getAsInt() * topology.shards() / rps.get()));
    }

    /** What there is to say of how capacities were heeded; empty: nothing. */
    String note() {
        boolean declared = zones.stream().anyMatch(zone -> zone.capacity().isPresent());
        if (!declared) {
            return "";
        }
        return rps.map(load ->
                        "capacities are heeded for " + load + " requests per second, spread evenly over the shards")
                .orElse(
                        "capacities are not heeded: say with rps how many requests per second there are, or declare limits.rps");
    }
}
