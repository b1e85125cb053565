package io.meridian.bench;

import java.util.List;
import java.util.StringJoiner;

/** Shards as the API reads them: {@code 0-340,400}. */
final class ShardRanges {
    private ShardRanges() {}

    /** @param ascending without repeats */
    static String of(List<Integer> ascending) {
        var ranges = new StringJoiner(",");
        for (int first = 0; first < ascending.size(); ) {
            int last = first;
            while (last + 1 < ascending.size() && ascending.get(last + 1) == ascending.get(last) + 1) {
                last++;
            }
            ranges.add(first == last ? "" + ascending.get(first) : ascending.get(first) + "-" + ascending.get(last));
            first = last + 1;
        }
        return ranges.toString();
    }
}
