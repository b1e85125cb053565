package io.meridian.control.verify;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One comparison of all regions' copies.
 *
 * @param shards how many are compared
 * @param rows of those that are equal, counted once
 * @param problem why it failed; or, where it is done, why rows are not known
 */
public record Verification(
        String id,
        Phase phase,
        int round,
        List<RegionId> regions,
        int shards,
        long rows,
        List<Difference> differences,
        String problem,
        Instant startedAt,
        Optional<Instant> endedAt,
        Scope scope) {

    public sealed interface Phase {
        /** Regions are asked about shards, and {@code answers} has what they answered so far. */
        sealed interface Asking extends Phase {
            SortedSet<ShardId> asked();

            SortedMap<RegionId, ? extends SortedMap<ShardId, ?>> answers();

            default Set<ShardId> answered(RegionId region) {
                SortedMap<ShardId, ?> known = answers().get(region);
                return known == null ? Set.of() : known.keySet();
            }
        }

        /** One hash of each shard. */
        record Hashing(SortedSet<ShardId> asked, SortedMap<RegionId, SortedMap<ShardId, Hash>> answers)
                implements Asking {
            public Hashing {
                asked = Collections.unmodifiableSortedSet(new TreeSet<>((Set<ShardId>) asked));
                var copy = new TreeMap<RegionId, SortedMap<ShardId, Hash>>();
                answers.forEach((region, hashes) -> copy.put(
                        region, Collections.unmodifiableSortedMap(new TreeMap<>((Map<ShardId, Hash>) hashes))));
                answers = Collections.unmodifiableSortedMap(copy);
            }
        }

        /** One hash of each bucket of shards that differ; answers as {@link Buckets} has them. */
        record Bucketing(SortedSet<ShardId> asked, SortedMap<RegionId, SortedMap<ShardId, String>> answers)
                implements Asking {
            public Bucketing {
                asked = Collections.unmodifiableSortedSet(new TreeSet<>((Set<ShardId>) asked));
                answers = Collections.unmodifiableSortedMap(
                        new TreeMap<>((Map<RegionId, SortedMap<ShardId, String>>) answers));
            }
        }

        /** One hash of each row of the buckets that differ. */
        record Rowing(
                SortedMap<ShardId, Buckets> buckets, SortedMap<RegionId, SortedMap<ShardId, List<RowHash>>> answers)
                implements Asking {
            public Rowing {
                buckets = Collections.unmodifiableSortedMap(new TreeMap<>((Map<ShardId, Buckets>) buckets));
                answers = Collections.unmodifiableSortedMap(
                        new TreeMap<>((Map<RegionId, SortedMap<ShardId, List<RowHash>>>) answers));
            }

            @Override
            public SortedSet<ShardId> asked() {
                return new TreeSet<>(buckets.keySet());
            }
        }

        /** {@code differing} were not equal; what was on its way gets time to arrive before they are hashed again. */
        record Pausing(SortedSet<ShardId> differing) implements Phase {
            public Pausing {
                differing = Collections.unmodifiableSortedSet(new TreeSet<>((Set<ShardId>) differing));
            }
        }

        record Done() implements Phase {}

        record Failed() implements Phase {}
    }

    /** @param hash hex */
    public record Hash(long rows, String hash) {}

    /**
     * @param rowsKnown whether its rows were compared; else {@code rows} is empty
     * @param rows that differ, by table and key
     * @param moreRows there may be more that differ
     */
    public record Difference(
            ShardId shard,
            SortedMap<RegionId, Hash> regions,
            boolean rowsKnown,
            List<RowDifference> rows,
            boolean moreRows) {
        public Difference {
            regions = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Hash>) regions));
            rows = List.copyOf(rows);
        }

        /** By its hash only. */
        public Difference(ShardId shard, SortedMap<RegionId, Hash> regions) {
            this(shard, regions, false, List.of(), false);
        }

        Difference with(List<RowDifference> differing, boolean more) {
            return new Difference(shard, regions, true, differing, more);
        }
    }

    /** Buckets of a shard, ascending. @param more others differ too */
    public record Buckets(List<Integer> numbers, boolean more) {
        public Buckets {
            numbers = List.copyOf(numbers);
        }
    }

    /** @param table schema.table @param key JSON object of the primary key's columns, values as text @param hash hex */
    public record RowHash(String table, String key, String hash) {}

    /** @param hashes of the regions that have it */
    public record RowDifference(String table, String key, SortedMap<RegionId, String> hashes) {
        public RowDifference {
            hashes = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, String>) hashes));
        }
    }

    public Verification {
        regions = List.copyOf(regions);
        differences = List.copyOf(differences);
    }

    public boolean running() {
        return phase instanceof Phase.Asking || phase instanceof Phase.Pausing;
    }

    Verification with(Phase next, int nextRound, long nextRows, List<Difference> nextDifferences) {
        return new Verification(
                id, next, nextRound, regions, shards, nextRows, nextDifferences, problem, startedAt, endedAt, scope);
    }

    Verification ended(Phase last, String why, Instant now) {
        return new Verification(
                id, last, round, regions, shards, rows, differences, why, startedAt, Optional.of(now), scope);
    }
}
