package io.meridian.control.assignment.planning;

import io.meridian.control.assignment.planning.AssignmentInput.Goal;
import io.meridian.topology.ZoneId;
import java.util.Arrays;
import java.util.List;

/** Tries every assignment of a small problem. Shares nothing with the planner but the words: what an assignment is worth is written here anew. */
final class EveryAssignment {
    private final AssignmentInput input;
    private final int zones;
    private final int[] chosen;
    private final int[] counts;
    /** Homeless shards, then what the goal puts first, second, third. */
    private long[] best = {Long.MAX_VALUE};

    private EveryAssignment(AssignmentInput input) {
        this.input = input;
        zones = input.zones().size();
        chosen = new int[input.at().length];
        counts = new int[zones];
    }

    static long[] best(AssignmentInput input) {
        var all = new EveryAssignment(input);
        all.place(0, 0);
        return all.best;
    }

    /** @return empty: it breaks residency or capacity */
    static long[] worth(AssignmentInput input, int[] zoneOf) {
        var one = new EveryAssignment(input);
        for (int shard = 0; shard < zoneOf.length; shard++) {
            if (!one.allowed(shard, zoneOf[shard]) || ++one.counts[zoneOf[shard]] > one.room(zoneOf[shard])) {
                return new long[0];
            }
            one.chosen[shard] = zoneOf[shard];
        }
        return one.worth(0);
    }

    private void place(int shard, int homeless) {
        if (homeless > best[0]) {
            return;
        }
        if (shard == chosen.length) {
            long[] worth = worth(homeless);
            if (Arrays.compare(worth, best) < 0) {
                best = worth;
            }
            return;
        }
        for (int zone = 0; zone < zones; zone++) {
            if (allowed(shard, zone) && counts[zone] < room(zone)) {
                chosen[shard] = zone;
                counts[zone]++;
                place(shard + 1, homeless);
                counts[zone]--;
            }
        }
        chosen[shard] = -1;
        place(shard + 1, homeless + 1);
    }

    private int room(int zone) {
        return input.zones().get(zone).capacity().orElse(99);
    }

    private boolean allowed(int shard, int zone) {
        ZoneFacts facts = input.zones().get(zone);
        int home = input.at()[shard];
        boolean open = facts.accepts()
                || home == zone
                || (home >= 0 && input.zones().get(home).backups().contains(facts.id()));
        return open
                && input.rules().get(input.ruleOf()[shard]).zones().contains(facts.id())
                && !input.evacuated().contains(facts.id());
    }

    private long[] worth(int homeless) {
        long moves = 0;
        long ranks = 0;
        for (int shard = 0; shard < chosen.length; shard++) {
            int home = input.at()[shard];
            if (home >= 0 && chosen[shard] >= 0 && chosen[shard] != home) {
                moves++;
                ranks += rank(input.zones().get(home), input.zones().get(chosen[shard]));
            }
        }
        // Exact for weights 1, 2 and 3; a zone without a weight is worse than any imbalance.
        long imbalance = 0;
        for (int zone = 0; zone < zones; zone++) {
            long n = counts[zone];
            int weight = input.zones().get(zone).weight();
            imbalance += weight == 0 ? n * 1_000_000 + n * n * 6 : n * n * 6 / weight;
        }
        return input.goal() == Goal.STAY
                ? new long[] {homeless, moves, ranks, imbalance}
                : new long[] {homeless, imbalance, moves, ranks};
    }

    private static int rank(ZoneFacts from, ZoneFacts to) {
        List<ZoneId> backups = from.backups();
        if (backups.contains(to.id())) {
            return backups.indexOf(to.id());
        }
        boolean sameCity = from.city().equals(to.city());
        return backups.size() + (from.region().equals(to.region()) ? 0 : sameCity ? 1 : 2);
    }
}
