package io.meridian.control.assignment.planning;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why some shards have no place. The zones that a shard without a place could be exchanged into are all full, and every shard in them, too, may
 * only be in them: so they have less room than there are shards for them, by exactly as many as have no place.
 */
final class Shortage {
    private Shortage() {}

    static Assignment.Impossible of(AssignmentInput input, ShardClasses classes, ZoneFlow flow) {
        int nowhere = input.zones().size();
        int missing = flow.count[nowhere];
        var homeless = homeless(input, classes, flow);
        if (!homeless.isEmpty()) {
            return new Assignment.Impossible(missing, String.join("; ", homeless));
        }
        BitSet full = full(flow, nowhere);
        long room = 0;
        var names = new ArrayList<String>();
        for (int zone = full.nextSetBit(0); zone >= 0; zone = full.nextSetBit(zone + 1)) {
            room += flow.most[zone];
            names.add(input.zones().get(zone).id().name());
        }
        String why = (room + missing) + " shards may only be in " + (names.size() == 1 ? "zone " : "zones ")
                + String.join(", ", names) + ", which " + (names.size() == 1 ? "has" : "have together")
                + " room for " + room + ": " + missing + " too many";
        return new Assignment.Impossible(missing, why);
    }

    /** Of shards that may be in no zone at all. */
    private static List<String> homeless(AssignmentInput input, ShardClasses classes, ZoneFlow flow) {
        var byRule = new int[input.rules().size()];
        for (int c = 0; c < classes.count(); c++) {
            boolean placeless = true;
            for (int zone = 0; zone < input.zones().size(); zone++) {
                placeless &= !flow.mayBe(c, zone);
            }
            byRule[classes.rule(c)] += placeless ? classes.size(c) : 0;
        }
        var sentences = new ArrayList<String>();
        for (int rule = 0; rule < byRule.length; rule++) {
            if (byRule[rule] > 0) {
                String evacuated = input.evacuated().isEmpty()
                        ? ""
                        : " that is left when "
                                + input.evacuated().stream()
                                        .map(Object::toString)
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                                + (input.evacuated().size() == 1 ? " is" : " are") + " empty";
                sentences.add(byRule[rule] + " shards "
                        + input.rules().get(rule).why() + ", and there is no zone" + evacuated + " for them");
            }
        }
        return sentences;
    }

    private static BitSet full(ZoneFlow flow, int nowhere) {
        var seen = new BitSet();
        var queue = new ArrayDeque<Integer>();
        queue.add(nowhere);
        while (!queue.isEmpty()) {
            BitSet next = BitSet.valueOf(flow.next(queue.remove()));
            next.andNot(seen);
            next.clear(nowhere);
            seen.or(next);
            next.stream().forEach(queue::add);
        }
        return seen;
    }
}
