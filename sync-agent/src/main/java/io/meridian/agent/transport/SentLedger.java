package io.meridian.agent.transport;

import io.meridian.agent.capture.GroupedTransaction;
import io.meridian.agent.capture.StreamState;
import io.meridian.agent.record.SourceRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What was sent and is not yet confirmed, oldest first. A transaction counts once Kafka has all its records and the store its markers, and
 * all before it count. After the first failed send nothing more is sent or counted. Owned by capture's thread; Kafka answers on its own.
 */
final class SentLedger {
    /** Bounds memory while Kafka is slow; the store keeps the log meanwhile. */
    private static final int MOST_TRANSACTIONS = 5_000;

    private static final long MOST_BYTES = 32L << 20;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final MarkerWriter markers;
    private final StreamState settled;
    private final Runnable wake;
    private final Deque<Sent> awaitingKafka = new ArrayDeque<>();
    private final Deque<Sent> awaitingMarkers = new ArrayDeque<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long settledLsn;
    private long bytes;

    private static final class Sent {
        private final GroupedTransaction transaction;
        private final AtomicInteger unacknowledged;
        private volatile boolean markersWritten;
        private long bytes;

        Sent(GroupedTransaction transaction) {
            this.transaction = transaction;
            this.unacknowledged = new AtomicInteger(transaction.records().size());
            this.markersWritten = transaction.markers().isEmpty();
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
        return awaitingKafka.size() + awaitingMarkers.size() < MOST_TRANSACTIONS && bytes < MOST_BYTES;
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

    void send(GroupedTransaction transaction) throws Exception {
        throwIfFailed();
        var sent = new Sent(transaction);
        awaitingKafka.addLast(sent);
        for (SourceRecord record : transaction.records()) {
            byte[] value = RecordCodec.toBytes(record);
            sent.bytes += value.length;
            producer.send(new ProducerRecord<>(topic, record.partition(), null, value), (_, e) -> answered(sent, e));
        }
        bytes += sent.bytes;
    }

    private void answered(Sent sent, Exception e) {
        if (e != null) {
            failure.compareAndSet(null, e);
            wake.run();
        } else if (sent.unacknowledged.decrementAndGet() == 0) {
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
                markers.captured(sent.transaction.position(), sent.transaction.markers(), () -> {
                    sent.markersWritten = true;
                    wake.run();
                });
            }
        }
        boolean moved = false;
        while (!awaitingMarkers.isEmpty() && awaitingMarkers.getFirst().markersWritten) {
            Sent sent = awaitingMarkers.removeFirst();
            bytes -= sent.bytes;
            settled.advance(sent.transaction);
            settledLsn = sent.transaction.position().lsn();
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
