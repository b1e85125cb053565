package io.meridian.control.verify;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One comparison of all regions' copies.
 *
 * @param shards how many are compared
 * @param rows of those that are equal, counted once
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
        Optional<Instant> endedAt) {

    public sealed interface Phase {
        /** Regions hash {@code asked}; what they answered so far. */
        record Hashing(SortedSet<ShardId> asked, SortedMap<RegionId, SortedMap<ShardId, Hash>> answers)
                implements Phase {
            public Hashing {
                asked = Collections.unmodifiableSortedSet(new TreeSet<>((java.util.Set<ShardId>) asked));
                var copy = new TreeMap<RegionId, SortedMap<ShardId, Hash>>();
                answers.forEach((region, hashes) -> copy.put(
                        region, Collections.unmodifiableSortedMap(new TreeMap<>((Map<ShardId, Hash>) hashes))));
                answers = Collections.unmodifiableSortedMap(copy);
            }
        }

        /** {@code differing} were not equal; what was on its way gets time to arrive before they are hashed again. */
        record Pausing(SortedSet<ShardId> differing) implements Phase {
            public Pausing {
                differing = Collections.unmodifiableSortedSet(new TreeSet<>((java.util.Set<ShardId>) differing));
            }
        }

        record Done() implements Phase {}

        record Failed() implements Phase {}
    }

    /** @param hash hex */
    public record Hash(long rows, String hash) {}

    public record Difference(ShardId shard, SortedMap<RegionId, Hash> regions) {
        public Difference {
            regions = Collections.unmodifiableSortedMap(new TreeMap<>((Map<RegionId, Hash>) regions));
        }
    }

    public Verification {
        regions = List.copyOf(regions);
        differences = List.copyOf(differences);
    }

    public boolean running() {
        return phase instanceof Phase.Hashing || phase instanceof Phase.Pausing;
    }

    Verification with(Phase next, int nextRound, long nextRows, List<Difference> nextDifferences) {
        return new Verification(
                id, next, nextRound, regions, shards, nextRows, nextDifferences, problem, startedAt, endedAt);
    }

    Verification ended(Phase last, String why, Instant now) {
        return new Verification(id, last, round, regions, shards, rows, differences, why, startedAt, Optional.of(now));
    }
}
