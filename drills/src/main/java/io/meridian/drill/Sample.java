package io.meridian.drill;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which shards are looked at closely: half of them of the regions that it is about, the others of the others, evenly over each. */
final class Sample {
    private Sample() {}

    /** @param owners by shard @param size at most; what one side lacks, the other gives */
    static List<Integer> of(Map<Integer, String> owners, Set<String> affected, int size) {
        List<Integer> its = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        owners.keySet().stream()
                .sorted()
                .forEach(shard -> (affected.contains(owners.get(shard)) ? its : others).add(shard));
        int most = Math.min(size, owners.size());
        int ofOthers = Math.min(others.size(), Math.max(most / 2, most - its.size()));
        List<Integer> sample = new ArrayList<>(evenly(its, most - ofOthers));
        sample.addAll(evenly(others, ofOthers));
        return List.copyOf(new HashSet<>(sample)).stream().sorted().toList();
    }

    private static List<Integer> evenly(List<Integer> from, int count) {
        List<Integer> chosen = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            chosen.add(from.get((int) ((long) place * from.size() / count)));
        }
        return chosen;
    }
}
