package io.meridian.control.assignment.planning;

import io.meridian.control.assignment.planning.AssignmentInput.Goal;
import io.meridian.control.assignment.planning.AssignmentInput.Rule;
import io.meridian.topology.RegionId;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Problems small enough to try every assignment. */
final class SmallCase {
    private static final String[] REGIONS = {"east", "west", "north"};
    private static final String[] CITIES = {"alpha", "alpha", "beta"};

    private SmallCase() {}

    static ZoneFacts zone(int number, int region, int weight, int capacity, boolean accepts, int... backups) {
        return new ZoneFacts(
                id(number),
                RegionId.of(REGIONS[region]),
                CITIES[region],
                weight,
                capacity < 0 ? OptionalInt.empty() : OptionalInt.of(capacity),
                accepts,
                IntStream.of(backups).mapToObj(SmallCase::id).toList());
    }

    static ZoneId id(int number) {
        return ZoneId.of("z-" + number);
    }

    /** Anything: also topologies that no document would be accepted for. */
    static AssignmentInput random(long seed, int mostZones, int mostShards) {
        var random = new Random(seed);
        int zones = 1 + random.nextInt(mostZones);
        int shards = 1 + random.nextInt(mostShards);
        var facts = new ArrayList<ZoneFacts>();
        for (int zone = 0; zone < zones; zone++) {
            int own = zone;
            int[] backups = random.ints(random.nextInt(3), 0, zones)
                    .filter(other -> other != own)
                    .distinct()
                    .toArray();
            int capacity = random.nextInt(3) == 0 ? -1 : random.nextInt(shards + 1);
            facts.add(zone(zone, random.nextInt(3), random.nextInt(4), capacity, random.nextInt(5) > 0, backups));
        }
        var rules = new ArrayList<Rule>();
        rules.add(new Rule(ids(facts, 7), "may be anywhere"));
        rules.add(new Rule(ids(facts, 1 + random.nextInt(7)), "are bound"));
        rules.add(new Rule(ids(facts, 1 + random.nextInt(7)), "are bound otherwise"));
        int[] at = new int[shards];
        int[] ruleOf = new int[shards];
        for (int shard = 0; shard < shards; shard++) {
            at[shard] = random.nextInt(8) == 0 ? AssignmentInput.NOWHERE : random.nextInt(zones);
            ruleOf[shard] = random.nextInt(3);
        }
        Set<ZoneId> evacuated = random.nextBoolean() ? Set.of() : Set.of(id(random.nextInt(zones)));
        return new AssignmentInput(facts, rules, at, ruleOf, evacuated, Goal.values()[random.nextInt(2)]);
    }

    /** @param regions bit set of {@link #REGIONS} */
    static Set<ZoneId> ids(List<ZoneFacts> zones, int regions) {
        var ids = new HashSet<ZoneId>();
        for (ZoneFacts zone : zones) {
            if ((regions & 1 << List.of(REGIONS).indexOf(zone.region().name())) != 0) {
                ids.add(zone.id());
            }
        }
        return ids;
    }

    static String describe(AssignmentInput input) {
        return input.zones() + " rules " + input.rules() + " at " + java.util.Arrays.toString(input.at()) + " under "
                + java.util.Arrays.toString(input.ruleOf()) + " evacuated " + input.evacuated() + " " + input.goal();
    }
}
