package io.meridian.agent.transport;

import io.meridian.agent.capture.GroupedTransaction;
import io.meridian.agent.capture.StreamState;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.record.Entry;
import io.meridian.agent.record.RowChange;
import io.meridian.agent.record.SourceRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What was sent and is not yet confirmed, oldest first. A transaction comes record by record, as many as it has; it counts once Kafka has
 * all of them and the store its markers, and all before it count. After the first failed send nothing more is sent or counted. Owned by
 * capture's thread; Kafka answers on its own.
 */
final class SentLedger {
    /** Bounds memory while Kafka is slow; the store keeps the log meanwhile. */
    private static final int MOST_TRANSACTIONS = 5_000;

    private static final long MOST_BYTES = 32L << 20;
    /** What a batch of one record adds to it, generously. */
    private static final int FRAME_BYTES = 1_024;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final MarkerWriter markers;
    private final StreamState settled;
    private final Runnable wake;
    private final Deque<Sent> awaitingKafka = new ArrayDeque<>();
    private final Deque<Sent> awaitingMarkers = new ArrayDeque<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private Optional<Sent> begun = Optional.empty();
    private long settledLsn;

    private static final class Sent {
        /** One more than records are under way, until the last of them was sent. */
        private final AtomicInteger unacknowledged = new AtomicInteger(1);

        private Optional<GroupedTransaction> whole = Optional.empty();
        private volatile boolean markersWritten;

        GroupedTransaction whole() {
            return whole.orElseThrow(() -> new IllegalStateException("a transaction counts before it was sent whole"));
        }
    }

    /** @param settled the state at {@code settledLsn}; moved as transactions come to count */
    SentLedger(
            Producer<byte[], byte[]> producer,
            String topic,
            MarkerWriter markers,
            StreamState settled,
            long settledLsn,
            Runnable wake) {
        this.producer = producer;
        this.topic = topic;
        this.markers = markers;
        this.settled = settled;
        this.settledLsn = settledLsn;
        this.wake = wake;
    }

    boolean hasRoom() {
        return awaitingKafka.size() + awaitingMarkers.size() < MOST_TRANSACTIONS && bytesInFlight.get() < MOST_BYTES;
    }

    boolean isEmpty() {
        return awaitingKafka.isEmpty() && awaitingMarkers.isEmpty();
    }

    /** Position of the last transaction that counts. */
    long settledLsn() {
        return settledLsn;
    }

    StreamState settled() {
        return settled;
    }

    /** The next transaction. Until {@link #end} it does not count, whatever is acknowledged. */
    void begin() {
        if (begun.isPresent()) {
            throw new IllegalStateException("a transaction is sent while another one is not whole");
        }
        var sent = new Sent();
        awaitingKafka.addLast(sent);
        begun = Optional.of(sent);
    }

    /** The next record of the transaction that was begun. */
    void send(SourceRecord record) throws Exception {
        throwIfFailed();
        Sent sent = begun.orElseThrow();
        byte[] value = RecordCodec.toBytes(record);
        if (value.length > Topics.LARGEST_RECORD_BYTES - FRAME_BYTES) {
            throw new StreamStoppedException(
                    "the record at " + record.position() + " with changes of " + tables(record) + " has " + value.length
                            + " bytes, and at most " + (Topics.LARGEST_RECORD_BYTES - FRAME_BYTES) + " can travel");
        }
        sent.unacknowledged.incrementAndGet();
        bytesInFlight.addAndGet(value.length);
        producer.send(
                new ProducerRecord<>(topic, record.partition(), null, value),
                (_, e) -> answered(sent, value.length, e));
    }

    void end(GroupedTransaction whole) {
        Sent sent = begun.orElseThrow();
        sent.whole = Optional.of(whole);
        sent.markersWritten = whole.markers().isEmpty();
        sent.unacknowledged.decrementAndGet();
        begun = Optional.empty();
    }

    private static SortedSet<String> tables(SourceRecord record) {
        SortedSet<String> tables = new TreeSet<>();
        for (Entry entry : record.entries()) {
            if (entry instanceof RowChange change) {
                tables.add(change.relation().qualifiedName());
            }
        }
        return tables;
    }

    private void answered(Sent sent, int bytes, @Nullable Exception e) {
        long left = bytesInFlight.addAndGet(-bytes);
        if (e != null) {
            failure.compareAndSet(null, e);
            wake.run();
        } else if (sent.unacknowledged.decrementAndGet() == 0 || (left < MOST_BYTES && left + bytes >= MOST_BYTES)) {
            wake.run();
        }
    }

    /** Takes in what Kafka and the marker writer answered. @return whether anything came to count */
    boolean settle() throws Exception {
        while (!awaitingKafka.isEmpty()
                && awaitingKafka.getFirst().unacknowledged.get() == 0) {
            Sent sent = awaitingKafka.removeFirst();
            awaitingMarkers.addLast(sent);
            if (!sent.markersWritten) {
                markers.captured(sent.whole().position(), sent.whole().markers(), () -> {
                    sent.markersWritten = true;
                    wake.run();
                });
            }
        }
        boolean moved = false;
        while (!awaitingMarkers.isEmpty() && awaitingMarkers.getFirst().markersWritten) {
            Sent sent = awaitingMarkers.removeFirst();
            settled.advance(sent.whole());
            settledLsn = sent.whole().position().lsn();
            moved = true;
        }
        throwIfFailed();
        return moved;
    }

    private void throwIfFailed() throws Exception {
        Exception failed = failure.get();
        if (failed != null) {
            throw new java.io.IOException(
                    "a record could not be sent to " + topic + ": " + failed.getMessage(), failed);
        }
    }
}
