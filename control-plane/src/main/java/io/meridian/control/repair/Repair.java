package io.meridian.control.repair;

import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One repair, shard by shard.
 *
 * @param verification whose differing rows are written; empty: whole shards are
 * @param tables of whole shards, schema.table; empty: all
 * @param shards ascending
 * @param left what differs, or may, and is not repaired
 */
public record Repair(
        String id,
        Instant startedAt,
        String by,
        String verification,
        List<String> tables,
        List<ShardRepair> shards,
        List<Left> left,
        Optional<Instant> endedAt) {
    public Repair {
        tables = List.copyOf(tables);
        shards = List.copyOf(shards);
        left = List.copyOf(left);
    }

    /**
     * @param epoch in which the owner writes it; in another one it is not written
     * @param asked rows by table; empty: all that the owner has
     * @param missing how many of these the owner did not have when they were compared: told as deleted, if that is still so
     * @param keys of the rows asked for, until the owner reported; empty: all that it has
     * @param outcome empty: not reported yet
     */
    public record ShardRepair(
            ShardId shard,
            RegionId owner,
            Epoch epoch,
            SortedMap<String, Integer> asked,
            int missing,
            List<RowKey> keys,
            Optional<Outcome> outcome) {
        public ShardRepair {
            asked = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, Integer>) asked));
            keys = List.copyOf(keys);
        }

        public boolean pending() {
            return outcome.isEmpty();
        }

        public boolean whole() {
            return asked.isEmpty();
        }

        ShardRepair ended(Outcome how) {
            return new ShardRepair(shard, owner, epoch, asked, missing, List.of(), Optional.of(how));
        }
    }

    /** @param table schema.table @param key JSON object of the primary key's columns, values as text */
    public record RowKey(String table, String key) {}

    /** @param rows written once more @param absent told as deleted @param problem why the rest was not done; empty: all was */
    public record Outcome(long rows, long absent, String problem) {}

    public record Left(ShardId shard, String why) {}

    public enum State {
        RUNNING,
        DONE,
        /** Some shard has a problem. */
        FAILED
    }

    public boolean running() {
        return endedAt.isEmpty();
    }

    public State state() {
        if (running()) {
            return State.RUNNING;
        }
        boolean well = shards.stream()
                .flatMap(shard -> shard.outcome().stream())
                .allMatch(outcome -> outcome.problem().isEmpty());
        return well ? State.DONE : State.FAILED;
    }

    public Stream<ShardRepair> pending() {
        return shards.stream().filter(ShardRepair::pending);
    }

    /** With what became of some shards that were pending. Ends with the last one. */
    Repair with(Map<ShardId, Outcome> outcomes, Instant now) {
        List<ShardRepair> next = shards.stream()
                .map(shard -> shard.pending() && outcomes.get(shard.shard()) instanceof Outcome outcome
                        ? shard.ended(outcome)
                        : shard)
                .toList();
        boolean over = next.stream().noneMatch(ShardRepair::pending);
        return new Repair(id, startedAt, by, verification, tables, next, left, over ? Optional.of(now) : endedAt);
    }
}
