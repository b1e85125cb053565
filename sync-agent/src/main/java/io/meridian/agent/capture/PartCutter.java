package io.meridian.agent.capture;

import io.meridian.agent.record.Entry;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Cuts a transaction's share of each partition into parts. Where the cuts are follows from the changes alone, so a resend has the same ones,
 * whether the changes came from memory or from disk. Holds no more than one unfinished part per partition. Pure.
 *
 * @param <X> what {@link Parts} may throw
 */
final class PartCutter<X extends Exception> {
    /** A part is small enough to be held several times on its way, and large enough that what each record costs is not felt. */
    static final int MOST_ROWS = 1_000;

    static final long MOST_BYTES = 1L << 20;

    record Part(int partition, int number, List<Entry> entries, SortedMap<ShardId, Epoch> epochs) {}

    @FunctionalInterface
    interface Parts<X extends Exception> {
        void ended(Part part) throws X;
    }

    private static final class Share {
        private List<Entry> entries = new ArrayList<>();
        private SortedMap<ShardId, Epoch> epochs = new TreeMap<>();
        private int rows;
        private long bytes;
        private int ended;
    }

    private final SortedMap<Integer, Share> shares = new TreeMap<>();
    private final Parts<X> parts;

    PartCutter(Parts<X> parts) {
        this.parts = parts;
    }

    /** What is not a row is never a reason for a cut. */
    void addWhole(int partition, Entry entry) {
        share(partition).entries.add(entry);
    }

    void addWhole(int partition, ShardId shard, Epoch epoch, Entry entry) {
        share(partition).epochs.put(shard, epoch);
        addWhole(partition, entry);
    }

    /** @param bytes of the row's values; a row that is larger than a part has one of its own */
    void addRow(int partition, ShardId shard, Epoch epoch, Entry row, long bytes) throws X {
        addRow(partition, Map.of(shard, epoch), row, bytes);
    }

    /** A row of no epoch. */
    void addRow(int partition, Entry row, long bytes) throws X {
        addRow(partition, Map.of(), row, bytes);
    }

    private void addRow(int partition, Map<ShardId, Epoch> epochs, Entry row, long bytes) throws X {
        Share share = share(partition);
        if (share.rows > 0 && share.bytes + bytes > MOST_BYTES) {
            end(partition, share);
        }
        share.entries.add(row);
        share.epochs.putAll(epochs);
        share.rows++;
        share.bytes += bytes;
        if (share.rows == MOST_ROWS || share.bytes >= MOST_BYTES) {
            end(partition, share);
        }
    }

    /** Ends what is unfinished, ascending by partition. @return how many parts each partition has */
    SortedMap<Integer, Integer> finish() throws X {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        for (var share : shares.entrySet()) {
            if (!share.getValue().entries.isEmpty()) {
                end(share.getKey(), share.getValue());
            }
            counts.put(share.getKey(), share.getValue().ended);
        }
        return counts;
    }

    private Share share(int partition) {
        return shares.computeIfAbsent(partition, _ -> new Share());
    }

    private void end(int partition, Share share) throws X {
        parts.ended(new Part(partition, share.ended, share.entries, share.epochs));
        share.ended++;
        share.entries = new ArrayList<>();
        share.epochs = new TreeMap<>();
        share.rows = 0;
        share.bytes = 0;
    }
}
