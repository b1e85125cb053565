package io.meridian.topology;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Shards as people write them: {@code 0-340,400}. */
public final class ShardSet {
    private ShardSet() {}

    /** What came of reading a text: the shards, ascending, or what is wrong with it. */
    public sealed interface Reading {
        record Read(SortedSet<ShardId> shards) implements Reading {}

        record Refused(Problem why) implements Reading {}
    }

    /** @param shards N: numbers from 0 to N-1 are shards */
    public static Reading read(String text, int shards) {
        var read = new TreeSet<ShardId>();
        for (String item : text.split(",", -1)) {
            String range = item.strip();
            if (!range.matches("\\d{1,9}(-\\d{1,9})?")) {
                return refused(
                        ProblemType.INVALID_ARGUMENT,
                        "'" + item + "' in shards '" + text + "' is neither a number nor a range like 0-340");
            }
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = Integer.parseInt(dash < 0 ? range : range.substring(dash + 1));
            if (last < first) {
                return refused(ProblemType.INVALID_ARGUMENT, "range '" + range + "' ends before it begins");
            }
            if (last >= shards) {
                return refused(
                        ProblemType.SHARD_OUT_OF_RANGE,
                        "shard " + last + " does not exist: shards are numbered 0 to " + (shards - 1));
            }
            for (int number = first; number <= last; number++) {
                read.add(ShardId.of(number));
            }
        }
        return new Reading.Read(read);
    }

    /** The shortest text that {@link #read} turns back into {@code shards}. */
    public static String write(Collection<ShardId> shards) {
        List<String> ranges = new ArrayList<>();
        int first = -2;
        int last = -2;
        for (ShardId shard : new TreeSet<>(shards)) {
            if (shard.number() != last + 1) {
                add(ranges, first, last);
                first = shard.number();
            }
            last = shard.number();
        }
        add(ranges, first, last);
        return String.join(",", ranges);
    }

    private static void add(List<String> ranges, int first, int last) {
        if (first >= 0) {
            ranges.add(first == last ? Integer.toString(first) : first + "-" + last);
        }
    }

    private static Reading refused(ProblemType type, String detail) {
        return new Reading.Refused(Problem.of(type, detail));
    }
}
