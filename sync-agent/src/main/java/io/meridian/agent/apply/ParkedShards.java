package io.meridian.agent.apply;

import io.meridian.topology.ShardId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which shards of one partition of one source have something parked, and when to look at each again. Owned by the applier's thread. */
final class ParkedShards {
    static final RecordPlanner.Hindrance BEHIND =
            new RecordPlanner.Hindrance(Waiting.BEHIND, "an earlier record of the shard waits");

    /** Beyond it the partition waits as a whole: the copy log holds what the store need not. */
    private static final long MOST_BYTES = 64L << 20;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    /** Versions of what is waited for: the heads, and the marks on them. */
    record Seen(long heads, long marks) {
        static final Seen NEVER = new Seen(-1, -1);
    }

    private static final class Parked {
        private Waiting waiting;
        private String reason;
        private long bytes;
        private Seen seen = Seen.NEVER;
        private long retryAtNanos = System.nanoTime();
        private Duration pause = FIRST_RETRY;

        Parked(Waiting waiting, String reason) {
            this.waiting = waiting;
            this.reason = reason;
        }
    }

    private final Map<ShardId, Parked> shards = new HashMap<>();

    /** @param summaries as the store has them */
    void load(List<ParkedRows.Summary> summaries) {
        shards.clear();
        for (ParkedRows.Summary summary : summaries) {
            var parked = new Parked(summary.first(), summary.reason());
            parked.bytes = summary.bytes();
            shards.put(summary.shard(), parked);
        }
    }

    boolean contains(ShardId shard) {
        return shards.containsKey(shard);
    }

    boolean isEmpty() {
        return shards.isEmpty();
    }

    boolean isFull() {
        return shards.values().stream().mapToLong(parked -> parked.bytes).sum() >= MOST_BYTES;
    }

    /** After the commit. @param bytes of the record, at most that much is its share's */
    void add(RecordPlanner.Park park, long bytes) {
        shards.computeIfAbsent(park.shard(), _ -> new Parked(park.waiting(), park.reason())).bytes += bytes;
    }

    /** Shards whose oldest share may take effect now: a barrier after a head moved, a frozen one after a mark did, a refused one after its pause. */
    List<ShardId> due(Seen seen) {
        long now = System.nanoTime();
        return shards.entrySet().stream()
                .filter(entry -> isDue(entry.getValue(), seen, now))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Whatever it waits for. */
    void lookAgain(ShardId shard) {
        Parked parked = shards.get(shard);
        if (parked != null) {
            parked.retryAtNanos = System.nanoTime();
            parked.seen = Seen.NEVER;
            parked.pause = FIRST_RETRY;
        }
    }

    /** Heads move with every group, and thousands of shards may be frozen: those are looked at when a mark changes. */
    private static boolean isDue(Parked parked, Seen seen, long now) {
        return switch (parked.waiting) {
            case REFUSED -> now >= parked.retryAtNanos;
            case FROZEN -> parked.seen.marks() != seen.marks();
            case BARRIER, BEHIND -> !parked.seen.equals(seen);
        };
    }

    /** It was looked at, and waits on. */
    void waits(ShardId shard, RecordPlanner.Hindrance hindrance, Seen now) {
        Parked parked = shards.get(shard);
        if (parked == null) {
            return;
        }
        parked.waiting = hindrance.waiting();
        parked.reason = hindrance.reason();
        parked.seen = now;
        parked.retryAtNanos = System.nanoTime() + parked.pause.toNanos();
        parked.pause = parked.pause.multipliedBy(2).compareTo(LONGEST_RETRY) < 0
                ? parked.pause.multipliedBy(2)
                : LONGEST_RETRY;
    }

    /** Nothing of it is parked any more. */
    void released(ShardId shard) {
        shards.remove(shard);
    }

    /** For people: what waits, the refused ones first; empty: nothing does. */
    Optional<String> inWords() {
        return shards.entrySet().stream()
                .min((one, other) -> one.getValue().waiting == other.getValue().waiting
                        ? one.getKey().compareTo(other.getKey())
                        : Boolean.compare(
                                other.getValue().waiting == Waiting.REFUSED, one.getValue().waiting == Waiting.REFUSED))
                .map(first -> shards.size() + (shards.size() == 1 ? " shard waits" : " shards wait") + ", shard "
                        + first.getKey() + " because "
                        + (first.getValue().waiting == Waiting.REFUSED ? "this store refuses it: " : "")
                        + first.getValue().reason);
    }
}
