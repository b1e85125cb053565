package io.meridian.control.verify;

import io.meridian.control.verify.Verification.Buckets;
import io.meridian.control.verify.Verification.Difference;
import io.meridian.control.verify.Verification.RowDifference;
import io.meridian.control.verify.Verification.RowHash;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** From the hashes of buckets to those of rows. Pure. */
final class RowComparison {
    /** Shards whose rows are compared, buckets of each, and rows that are kept of each: what a person can look at, and the log can carry. */
    static final int SHARDS = 8;

    static final int BUCKETS = 8;
    static final int ROWS = 200;

    /** An answer with so many rows may lack some. */
    static final int ROWS_TOLD = 1000;

    /** Longer keys are left out, and said to be. */
    static final int KEY_LENGTH = 1024;

    private static final int COUNT = 256;
    private static final int HASH = 8;

    private RowComparison() {}

    /** Whether it is what an agent that knows buckets answers. @param buckets base64 */
    static boolean readable(String buckets) {
        return decoded(buckets).isPresent();
    }

    private static Optional<byte[]> decoded(String buckets) {
        try {
            return Optional.of(Base64.getDecoder().decode(buckets)).filter(bytes -> bytes.length == COUNT * HASH);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The first that are not the same everywhere. @param answers of all regions, readable */
    static Buckets differing(Collection<String> answers) {
        List<byte[]> hashes =
                answers.stream().flatMap(answer -> decoded(answer).stream()).toList();
        var differing = new ArrayList<Integer>();
        for (int bucket = 0; bucket < COUNT; bucket++) {
            int at = bucket * HASH;
            byte[] first = hashes.getFirst();
            if (!hashes.stream().allMatch(other -> Arrays.equals(first, at, at + HASH, other, at, at + HASH))) {
                differing.add(bucket);
            }
        }
        boolean more = differing.size() > BUCKETS;
        return new Buckets(more ? differing.subList(0, BUCKETS) : differing, more);
    }

    private record Row(String table, String key) {
        /** Shorter keys first, so that numbers stand as people count. */
        private static final Comparator<Row> ORDER = Comparator.comparing(Row::table)
                .thenComparing(row -> row.key().length())
                .thenComparing(Row::key);
    }

    /**
     * A row that an answer lacks is not there; unless that answer may lack some, then nothing is known of it.
     *
     * @param answers of all regions, about the same buckets
     */
    static Difference compared(Difference shard, SortedMap<RegionId, List<RowHash>> answers, boolean moreBuckets) {
        var byRegion = new TreeMap<RegionId, Map<Row, String>>();
        var cut = new TreeSet<RegionId>();
        var all = new TreeSet<>(Row.ORDER);
        boolean more = moreBuckets;
        for (var answer : answers.entrySet()) {
            var rows = new HashMap<Row, String>();
            answer.getValue().forEach(row -> rows.put(new Row(row.table(), row.key()), row.hash()));
            byRegion.put(answer.getKey(), rows);
            all.addAll(rows.keySet());
            if (answer.getValue().size() >= ROWS_TOLD) {
                cut.add(answer.getKey());
                more = true;
            }
        }
        var differing = new ArrayList<RowDifference>();
        for (Row row : all) {
            var hashes = new TreeMap<RegionId, String>();
            byRegion.forEach((region, rows) -> {
                if (rows.get(row) instanceof String hash) {
                    hashes.put(region, hash);
                }
            });
            boolean unknown = cut.stream().anyMatch(region -> !hashes.containsKey(region));
            boolean equal = hashes.size() == byRegion.size()
                    && hashes.values().stream().distinct().count() == 1;
            if (equal || unknown) {
                continue;
            }
            if (differing.size() == ROWS || row.key().length() > KEY_LENGTH) {
                more = true;
            } else {
                differing.add(new RowDifference(row.table(), row.key(), hashes));
            }
        }
        return shard.with(differing, more);
    }

    /** {@code answers} with one more of {@code region}, unless there was one of that shard. */
    static <T> SortedMap<RegionId, SortedMap<ShardId, T>> with(
            SortedMap<RegionId, SortedMap<ShardId, T>> answers, RegionId region, Map<ShardId, T> more) {
        var next = new TreeMap<RegionId, SortedMap<ShardId, T>>(answers);
        var own = new TreeMap<ShardId, T>(more);
        if (answers.get(region) instanceof SortedMap<ShardId, T> known) {
            own.putAll(known);
        }
        next.put(region, own);
        return next;
    }
}
