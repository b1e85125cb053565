package io.meridian.control.assignment.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.assignment.planning.AssignmentInput.Goal;
import io.meridian.control.assignment.planning.AssignmentInput.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The planner against every assignment there is. Two ways through the small problems: a grid, and a sample of what the grid leaves out. Here the
 * grid of three zones is thinned out; all of it: {@code -Dmeridian.assignment.step=1}, and as far as the brute force goes:
 * {@code -Dmeridian.assignment.zones=4 -Dmeridian.assignment.shards=8} (many hours). More samples: {@code -Dmeridian.assignment.samples=1000000}.
 */
class ExhaustiveCheckTest {
    private static final int GRID_ZONES = Integer.getInteger("meridian.assignment.zones", 3);
    private static final int GRID_SHARDS = Integer.getInteger("meridian.assignment.shards", 4);
    /** Every how-manieth topology of three and more zones; prime to 27, so that all kinds of zones come up. */
    private static final int STEP = Integer.getInteger("meridian.assignment.step", 53);

    private static final long SAMPLES = Long.getLong("meridian.assignment.samples", 10_000);
    /** One seed only, to repeat a failure. */
    private static final long SEED = Long.getLong("meridian.seed", -1);

    @Test
    void noAssignmentIsBetterThanThePlannersOnAnySampleOfUpToFourZonesAndEightShards() {
        for (long seed = Math.max(SEED, 0); seed < (SEED < 0 ? SAMPLES : SEED + 1); seed++) {
            check(SmallCase.random(seed, 4, 8), "-Dmeridian.seed=" + seed);
        }
    }

    @Test
    void noAssignmentIsBetterThanThePlannersOnTheGrid() {
        for (int zones = 1; zones <= GRID_ZONES; zones++) {
            for (int shards = 1; shards <= GRID_SHARDS; shards++) {
                int topologies = (int) Math.pow(27, zones);
                for (int topology = 0; topology < topologies; topology += zones < 3 ? 1 : STEP) {
                    grid(zones, shards, topology);
                }
            }
        }
    }

    /** Three regions, three capacities, and three kinds (plain, heavy with a backup, closed) for each zone; then all shards, rules and goals. */
    private static void grid(int zones, int shards, int topology) {
        var facts = new ArrayList<ZoneFacts>();
        int left = topology;
        for (int zone = 0; zone < zones; zone++, left /= 27) {
            int capacity = new int[] {-1, 1, 2}[left / 3 % 3];
            int next = (zone + 1) % zones;
            facts.add(
                    switch (left / 9 % 3) {
                        case 0 -> SmallCase.zone(zone, left % 3, 1, capacity, true);
                        case 1 ->
                            zones == 1
                                    ? SmallCase.zone(zone, left % 3, 2, capacity, true)
                                    : SmallCase.zone(zone, left % 3, 2, capacity, true, next);
                        default -> SmallCase.zone(zone, left % 3, 0, capacity, false);
                    });
        }
        var rules = List.of(
                new Rule(SmallCase.ids(facts, 7), "may be anywhere"), new Rule(SmallCase.ids(facts, 1), "are bound"));
        // Shards of one kind cannot be told apart, so kinds ascend.
        kinds(new int[shards], 0, 0, 2 * zones, kinds -> {
            int[] at = IntStream.of(kinds).map(kind -> kind / 2).toArray();
            int[] ruleOf = IntStream.of(kinds).map(kind -> kind % 2).toArray();
            for (Goal goal : Goal.values()) {
                check(new AssignmentInput(facts, rules, at, ruleOf, Set.of(), goal), "grid");
                check(new AssignmentInput(facts, rules, at, ruleOf, Set.of(SmallCase.id(0)), goal), "grid");
            }
        });
    }

    private static void kinds(int[] kinds, int shard, int least, int count, java.util.function.Consumer<int[]> visit) {
        if (shard == kinds.length) {
            visit.accept(kinds);
            return;
        }
        for (int kind = least; kind < count; kind++) {
            kinds[shard] = kind;
            kinds(kinds, shard + 1, kind, count, visit);
        }
    }

    private static void check(AssignmentInput input, String repeat) {
        long[] best = EveryAssignment.best(input);
        long[] planned = switch (AssignmentPlanner.plan(input)) {
            case Assignment.Impossible impossible -> new long[] {impossible.missing()};
            case Assignment.Found found -> EveryAssignment.worth(input, found.zoneOf());
        };
        long[] wanted = best[0] > 0 ? new long[] {best[0]} : best;
        if (!Arrays.equals(planned, wanted)) { // describing each of a million would cost more than planning it
            assertThat(planned).as(repeat + " " + SmallCase.describe(input)).isEqualTo(wanted);
        }
    }
}
