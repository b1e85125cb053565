package io.meridian.control.assignment.planning;

import io.meridian.control.assignment.planning.AssignmentInput.Goal;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads shards and sentences off a flow. Of the shards of a class, the lowest stay, and the others go in contiguous ranges. */
final class Reading {
    private final AssignmentInput input;
    private final ShardClasses classes;
    private final ZoneFlow flow;
    private final int[] atFirst;

    /** @param atFirst index = zone: shards before */
    Reading(AssignmentInput input, ShardClasses classes, ZoneFlow flow, int[] atFirst) {
        this.input = input;
        this.classes = classes;
        this.flow = flow;
        this.atFirst = atFirst;
    }

    /** Moves with one sentence are one entry. */
    private record Way(int from, int to, String why) implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            int byFrom = Integer.compare(from, other.from);
            int byTo = byFrom != 0 ? byFrom : Integer.compare(to, other.to);
            return byTo != 0 ? byTo : why.compareTo(other.why);
        }
    }

    Assignment.Found found() {
        int zones = input.zones().size();
        int[] zoneOf = input.at().clone();
        Map<Way, List<int[]>> ways = new TreeMap<>();
        for (int c = 0; c < classes.count(); c++) {
            int home = classes.home(c);
            int taken = home < 0 ? 0 : flow.has[c][home];
            for (int to = 0; to < zones; to++) {
                int some = to == home ? 0 : flow.has[c][to];
                if (some == 0) {
                    continue;
                }
                int[] shards = classes.shards(c, taken, taken + some);
                taken += some;
                for (int shard : shards) {
                    zoneOf[shard] = to;
                }
                if (home >= 0) {
                    ways.computeIfAbsent(new Way(home, to, why(c, home, to)), _ -> new ArrayList<>())
                            .add(shards);
                }
            }
            if (taken != classes.size(c)) {
                throw new IllegalStateException(
                        "class " + c + " has " + classes.size(c) + " shards, " + taken + " placed");
            }
        }
        var moves = new ArrayList<Assignment.Moves>();
        ways.forEach((way, parts) -> moves.add(
                new Assignment.Moves(zone(way.from()).id(), zone(way.to()).id(), joined(parts), way.why())));
        return new Assignment.Found(zoneOf, moves, Arrays.copyOf(flow.count, zones));
    }

    private static int[] joined(List<int[]> parts) {
        return parts.stream().flatMapToInt(Arrays::stream).sorted().toArray();
    }

    private ZoneFacts zone(int index) {
        return input.zones().get(index);
    }

    private String why(int shardClass, int from, int to) {
        return cause(shardClass, from) + "; " + choice(zone(from), zone(to));
    }

    /** Why they do not stay. */
    private String cause(int shardClass, int from) {
        ZoneId id = zone(from).id();
        var rule = input.rules().get(classes.rule(shardClass));
        if (input.evacuated().contains(id)) {
            return id + " is evacuated";
        }
        if (!rule.zones().contains(id)) {
            return "they " + rule.why();
        }
        int capacity = zone(from).capacity().orElse(Integer.MAX_VALUE);
        if (atFirst[from] > capacity) {
            return id + " has " + atFirst[from] + " shards and room for " + capacity;
        }
        if (input.goal() == Goal.BALANCE && flow.count[from] < atFirst[from]) {
            return id + " has " + atFirst[from] + " shards, by weight it should have " + flow.count[from];
        }
        return "they make room at " + id + " for shards that have fewer places to be";
    }

    /** Why it is that zone. */
    private static String choice(ZoneFacts from, ZoneFacts to) {
        int backup = from.backups().indexOf(to.id());
        if (backup >= 0) {
            return to.id() + " is its backup no. " + (backup + 1);
        }
        if (to.region().equals(from.region())) {
            return to.id() + " is in the same region";
        }
        return to.city().equals(from.city())
                ? to.id() + " is in the same city, " + to.city()
                : to.id() + " is the nearest that has room and may have them";
    }
}
