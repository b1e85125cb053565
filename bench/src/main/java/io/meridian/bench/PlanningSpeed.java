package io.meridian.bench;

import io.meridian.control.assignment.planning.Assignment;
import io.meridian.control.assignment.planning.AssignmentInput;
import io.meridian.control.assignment.planning.AssignmentInput.Goal;
import io.meridian.control.assignment.planning.AssignmentInput.Rule;
import io.meridian.control.assignment.planning.AssignmentPlanner;
import io.meridian.control.assignment.planning.ZoneFacts;
import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

/**
 * How long the planner takes for 1,048,576 shards on 100 zones in 10 regions, with backups, capacities and residency rules that bind a tenth of the
 * shards. The first of all plans is told apart: a leader that has just started plans cold.
 */
final class PlanningSpeed {
    static final int SHARDS = 1 << 20;
    private static final int ZONES = 100;
    private static final int PER_REGION = 10;
    private static final double GOAL_MILLIS = 1000;
    private static final double GOAL_MEBIBYTES = 1024;
    private static final long SEED = 1;

    private final int rounds;

    PlanningSpeed(int rounds) {
        this.rounds = rounds;
    }

    List<Measurement> run() {
        heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
        var evacuated = new HashSet<ZoneId>();
        for (int zone = 0; zone < PER_REGION; zone++) {
            evacuated.add(id(zone));
        }
        var results = new ArrayList<Measurement>();
        results.addAll(plans("evacuation", input(evacuated, Goal.STAY)));
        results.addAll(plans("rebalance", input(Set.of(), Goal.BALANCE)));
        long peak = heapPools().stream()
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        results.add(Measurement.of("heap.peak", (double) (peak >> 20), "MiB").atMost(GOAL_MEBIBYTES));
        return results;
    }

    private List<Measurement> plans(String name, AssignmentInput input) {
        double[] millis = new double[rounds];
        int moved = 0;
        for (int round = 0; round < rounds; round++) {
            long began = System.nanoTime();
            Assignment planned = AssignmentPlanner.plan(input);
            millis[round] = Math.round((System.nanoTime() - began) / 100_000.0) / 10.0;
            moved = switch (planned) {
                case Assignment.Found found -> found.moved();
                case Assignment.Impossible impossible -> throw new BenchFailedException(impossible.why());
            };
        }
        double first = millis[0];
        Arrays.sort(millis);
        return List.of(
                Measurement.of(name + ".first", first, "ms").atMost(GOAL_MILLIS),
                Measurement.of(name + ".p50", millis[rounds / 2], "ms").atMost(GOAL_MILLIS),
                Measurement.of(name + ".max", millis[rounds - 1], "ms").atMost(GOAL_MILLIS),
                Measurement.of(name + ".moved", (double) moved, "shards"));
    }

    static AssignmentInput input(Set<ZoneId> evacuated, Goal goal) {
        var random = new Random(SEED);
        var zones = new ArrayList<ZoneFacts>();
        for (int zone = 0; zone < ZONES; zone++) {
            int region = zone / PER_REGION;
            zones.add(new ZoneFacts(
                    id(zone),
                    RegionId.of("r" + region),
                    "city" + region / 2,
                    1 + random.nextInt(10),
                    OptionalInt.of(20_000),
                    true,
                    List.of(id((zone + 1) % ZONES), id((zone + 2) % ZONES), id((zone + PER_REGION) % ZONES))));
        }
        List<Rule> rules = rules(zones);
        int[] at = new int[SHARDS];
        int[] ruleOf = new int[SHARDS];
        for (int shard = 0; shard < SHARDS; shard++) {
            at[shard] = (int) ((long) shard * ZONES / SHARDS);
            if (shard % 10 == 0) {
                ruleOf[shard] = 1 + random.nextInt(rules.size() - 1);
                while (!rules.get(ruleOf[shard]).zones().contains(id(at[shard]))) {
                    at[shard] = random.nextInt(ZONES);
                }
            }
        }
        return new AssignmentInput(zones, rules, at, ruleOf, evacuated, goal);
    }

    private static List<Rule> rules(List<ZoneFacts> zones) {
        var rules = new ArrayList<Rule>();
        for (int rule = 0; rule < 4; rule++) {
            var ids = new HashSet<ZoneId>();
            for (int zone = 0; zone < ZONES; zone++) {
                if (rule == 0 || (zone / PER_REGION + rule) % 4 != 0) {
                    ids.add(zones.get(zone).id());
                }
            }
            rules.add(new Rule(ids, "may only live in some regions"));
        }
        return rules;
    }

    private static ZoneId id(int zone) {
        return ZoneId.of("r" + zone / PER_REGION + "-" + (zone % PER_REGION + 1));
    }

    private static List<MemoryPoolMXBean> heapPools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }
}
