package io.meridian.agent.apply;

import io.meridian.topology.ShardId;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/** Which shards of one partition of one source have something parked, and when to look at each again. Owned by the applier's thread. */
final class ParkedShards {
    static final RecordPlanner.Hindrance BEHIND =
            new RecordPlanner.Hindrance(Waiting.BEHIND, "an earlier record of the shard waits");

    private static final String FLOWS = "all that was parked of it takes effect first, and has not yet";

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
        /** The store did not take it, for a reason that passes. */
        private boolean failed;

        Parked(Waiting waiting, String reason) {
            this.waiting = waiting;
            this.reason = reason;
        }
    }

    private final Map<ShardId, Parked> shards = new HashMap<>();
    /** Of these nothing is waited for. Those that had their turn longest ago come first. */
    private final SequencedSet<ShardId> flowing = new LinkedHashSet<>();

    /** @param summaries as the store has them */
    void load(List<ParkedRows.Summary> summaries) {
        shards.clear();
        flowing.clear();
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

    /** Shards that wait, and whose oldest share may take effect now: a barrier after a head moved, a frozen one after a mark did, a refused one after its pause. */
    List<ShardId> due(Seen seen) {
        long now = System.nanoTime();
        return shards.entrySet().stream()
                .filter(entry -> !flows(entry.getKey()) && isDue(entry.getValue(), seen, now))
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
        if (parked.failed) {
            return now >= parked.retryAtNanos;
        }
        return switch (parked.waiting) {
            case REFUSED -> now >= parked.retryAtNanos;
            case FROZEN -> parked.seen.marks() != seen.marks();
            case BARRIER, BEHIND -> !parked.seen.equals(seen);
        };
    }

    /** It was looked at, and waits on. */
    void waits(ShardId shard, RecordPlanner.Hindrance hindrance, Seen now) {
        flowing.remove(shard);
        Parked parked = shards.get(shard);
        if (parked == null) {
            return;
        }
        parked.waiting = hindrance.waiting();
        parked.reason = hindrance.reason();
        parked.seen = now;
        parked.failed = false;
        if (hindrance.waiting() == Waiting.REFUSED) {
            pause(parked);
        }
    }

    /** Its oldest share could not take effect for a reason that passes: whatever it waits for, it is tried again after a pause. */
    void failed(ShardId shard, String reason) {
        flowing.remove(shard);
        Parked parked = shards.get(shard);
        if (parked != null) {
            parked.reason = reason;
            parked.failed = true;
            pause(parked);
        }
    }

    boolean hasFailed(ShardId shard) {
        Parked parked = shards.get(shard);
        return parked != null && parked.failed;
    }

    private static void pause(Parked parked) {
        parked.retryAtNanos = System.nanoTime() + parked.pause.toNanos();
        Duration doubled = parked.pause.multipliedBy(2);
        parked.pause = doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
    }

    /** Nothing hinders its oldest share: one after another takes effect, until one waits or nothing is parked. */
    void flow(ShardId shard) {
        Parked parked = shards.get(shard);
        if (parked != null) {
            flowing.add(shard);
            parked.waiting = Waiting.BEHIND;
            parked.reason = FLOWS;
            parked.failed = false;
            parked.pause = FIRST_RETRY;
        }
    }

    boolean flows(ShardId shard) {
        return flowing.contains(shard);
    }

    boolean anyFlows() {
        return !flowing.isEmpty();
    }

    /** Whose turn it is, so that none waits for another one to be empty. */
    List<ShardId> nextFlowing(int most) {
        List<ShardId> next = flowing.stream().limit(most).toList();
        next.forEach(flowing::addLast);
        return next;
    }

    /** Shares of it took effect. @param bytes of them */
    void took(ShardId shard, long bytes) {
        Parked parked = shards.get(shard);
        if (parked != null) {
            parked.bytes -= bytes;
        }
    }

    /** Nothing of it is parked any more. */
    void released(ShardId shard) {
        flowing.remove(shard);
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
