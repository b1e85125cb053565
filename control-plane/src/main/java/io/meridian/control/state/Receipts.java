package io.meridian.control.state;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of people's commands, by idempotency key, for a day: long enough for whoever has to ask again. Time is what the commands brought, so
 * every replica forgets the same ones.
 *
 * <p>Kept in chunks, of which only the last one grows: the next state shares all the others, and what is forgotten is forgotten by the chunk.
 *
 * @param chunks oldest first, each in order, all but the last one full
 */
public record Receipts(List<SequencedMap<String, Receipt>> chunks) {
    public static final Duration KEPT = Duration.ofHours(24);
    /** However many come in a day: 20,000 take 8.2 MB of heap (measured, keys as UUIDs, one change each). The oldest go first. */
    public static final int LIMIT = 20_000;

    private static final int CHUNK = 250;

    public Receipts {
        chunks = List.copyOf(chunks);
    }

    public static Receipts empty() {
        return new Receipts(List.of());
    }

    public @Nullable Receipt get(String key) {
        for (SequencedMap<String, Receipt> chunk : chunks) {
            Receipt found = chunk.get(key);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    public boolean has(String key) {
        return get(key) != null;
    }

    public int size() {
        return chunks.isEmpty()
                ? 0
                : (chunks.size() - 1) * CHUNK + chunks.getLast().size();
    }

    /** Oldest first. */
    public void forEach(BiConsumer<String, Receipt> each) {
        chunks.forEach(chunk -> chunk.forEach(each));
    }

    /** One more, and without those that {@code now} are too old. */
    Receipts with(String key, Receipt receipt, Instant now) {
        return with(key, receipt).without(now.minus(KEPT).toEpochMilli());
    }

    /** One more, with nothing forgotten: for whoever reads them back. */
    public Receipts with(String key, Receipt receipt) {
        var next = new ArrayList<>(chunks);
        boolean full = chunks.isEmpty() || chunks.getLast().size() >= CHUNK;
        var last = new LinkedHashMap<String, Receipt>(full ? Map.of() : chunks.getLast());
        last.put(key, receipt);
        if (!full) {
            next.removeLast();
        }
        next.add(Collections.unmodifiableSequencedMap(last));
        return new Receipts(next);
    }

    /** The newest one is never forgotten. Of an older version's, which have no time, it is known only that they are older than those behind them. */
    private Receipts without(long beforeMillis) {
        int first = Math.max(0, (size() - LIMIT + CHUNK - 1) / CHUNK);
        for (int i = first; i < chunks.size() - 1; i++) {
            long newest = chunks.get(i).lastEntry().getValue().givenMillis();
            if (newest > 0 && newest < beforeMillis) {
                first = i + 1;
            }
        }
        return first == 0 ? this : new Receipts(chunks.subList(first, chunks.size()));
    }
}
