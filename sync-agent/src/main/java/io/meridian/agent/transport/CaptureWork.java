package io.meridian.agent.transport;

import io.meridian.agent.capture.CaptureStart;
import io.meridian.agent.capture.ChangeSource;
import io.meridian.agent.capture.Checkpoint;
import io.meridian.agent.capture.GroupedTransaction;
import io.meridian.agent.capture.SlotInspector;
import io.meridian.agent.capture.SourceTransaction;
import io.meridian.agent.capture.StreamState;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.capture.TransactionGrouper;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.StoreAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * The region's own changes into Kafka: reads what the store committed, sends it, and lets the store forget only what Kafka acknowledged,
 * after the checkpoint that says so was acknowledged too. Begins again at that checkpoint and sends the rest once more, the same.
 */
public final class CaptureWork implements Work {
    private static final Logger LOG = Logger.getLogger(CaptureWork.class);
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(1);
    private static final Duration LAST_ACKNOWLEDGEMENTS = Duration.ofSeconds(3);
    /** The driver cannot wait for bytes without holding its lock, so it is asked; more often just after something came. */
    private static final Duration PAUSE_WHEN_BUSY = Duration.ofNanos(200_000);

    private static final Duration PAUSE_WHEN_IDLE = Duration.ofMillis(1);
    private static final Duration BUSY_FOR = Duration.ofMillis(20);

    /** Makes the grouper once the stream's incarnation is known. */
    @FunctionalInterface
    public interface Grouping {
        TransactionGrouper of(String incarnation);
    }

    /** Opens the stream of changes behind an LSN. */
    @FunctionalInterface
    public interface Opening {
        ChangeSource from(long lsn) throws SQLException;
    }

    private final OwnTopics topics;
    private final StoreAccess store;
    private final String slot;
    private final Opening opening;
    private final Grouping grouping;
    private final MarkerWriter markers;

    public CaptureWork(
            OwnTopics topics,
            StoreAccess store,
            String slot,
            Opening opening,
            Grouping grouping,
            MarkerWriter markers) {
        this.topics = topics;
        this.store = store;
        this.slot = slot;
        this.opening = opening;
        this.grouping = grouping;
        this.markers = markers;
    }

    @Override
    public void run(Running running) throws Exception {
        String changes = topics.names().changes();
        var checkpoints = new CheckpointLog(topics.names().capture());
        CaptureStart.Decision.Begin begin = begin(checkpoints);
        Checkpoint from = begin.from();
        try (Producer<byte[], byte[]> producer = KafkaClients.producer(topics.bootstrap(), "capture-" + slot)) {
            if (begin.first()) {
                checkpoints.write(producer, from).get();
            }
            try (ChangeSource source = opening.from(from.confirmedLsn())) {
                LOG.infof(
                        "capture begins slot=%s incarnation=%s lsn=%x first=%b",
                        slot, from.incarnation(), from.confirmedLsn(), begin.first());
                running.well();
                var ledger = new SentLedger(
                        producer,
                        changes,
                        markers,
                        new StreamState(from.epochs(), from.last()),
                        from.confirmedLsn(),
                        running::wake);
                new Session(source, producer, checkpoints, ledger, from).run(running);
            } catch (Exception e) {
                // What is still queued must not follow a record that failed: it is sent again from the checkpoint.
                producer.close(Duration.ZERO);
                throw e;
            }
        }
    }

    private CaptureStart.Decision.Begin begin(CheckpointLog checkpoints) throws Exception {
        String topicId = topics.changesId();
        try (Consumer<byte[], byte[]> consumer = KafkaClients.reader(topics.bootstrap(), "checkpoint-" + slot);
                Connection connection = store.open("meridian capture start")) {
            Optional<Checkpoint> checkpoint = checkpoints.read(consumer);
            TopicTail.check(topics.names().changes(), consumer, checkpoint, topicId);
            CaptureStart.Found found =
                    SlotInspector.inspect(connection, slot, topicId, topicIsEmpty(consumer), checkpoint);
            return switch (CaptureStart.decide(found)) {
                case CaptureStart.Decision.Begin begin -> begin;
                case CaptureStart.Decision.Refuse refuse ->
                    throw new StreamStoppedException("capture does not begin: " + refuse.reason());
            };
        }
    }

    private boolean topicIsEmpty(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> places = IntStream.range(0, topics.names().partitions())
                .mapToObj(partition -> new TopicPartition(topics.names().changes(), partition))
                .toList();
        consumer.assign(places);
        return consumer.endOffsets(places).values().stream().allMatch(end -> end == 0);
    }

    /** One uninterrupted reading of the stream. */
    private final class Session {
        private final ChangeSource source;
        private final Producer<byte[], byte[]> producer;
        private final CheckpointLog checkpoints;
        private final SentLedger ledger;
        private final TransactionGrouper grouper;
        private final StreamState sent;
        private final String incarnation;
        private final long fromLsn;
        private long checkpointLsn;
        private long confirmedLsn;
        private Optional<Future<RecordMetadata>> checkpoint = Optional.empty();
        private long nextCheckpoint = System.nanoTime();
        private long busyUntil = System.nanoTime();

        Session(
                ChangeSource source,
                Producer<byte[], byte[]> producer,
                CheckpointLog checkpoints,
                SentLedger ledger,
                Checkpoint from) {
            this.source = source;
            this.producer = producer;
            this.checkpoints = checkpoints;
            this.ledger = ledger;
            this.incarnation = from.incarnation();
            this.grouper = grouping.of(from.incarnation());
            this.sent = new StreamState(from.epochs(), from.last());
            this.fromLsn = from.confirmedLsn();
            this.checkpointLsn = from.confirmedLsn();
            this.confirmedLsn = from.confirmedLsn();
        }

        void run(Running running) throws Exception {
            while (running.wanted()) {
                boolean moved = ledger.hasRoom() && send(running);
                moved |= ledger.settle();
                confirm();
                if (!moved) {
                    pause();
                }
            }
            finish();
        }

        private boolean send(Running running) throws Exception {
            Optional<SourceTransaction> next = source.poll();
            if (next.isEmpty()) {
                return false;
            }
            busyUntil = System.nanoTime() + BUSY_FOR.toNanos();
            try (SourceTransaction transaction = next.get()) {
                if (Long.compareUnsigned(transaction.endLsn(), fromLsn) > 0) {
                    send(transaction, running);
                }
            }
            return true;
        }

        private void send(SourceTransaction transaction, Running running) throws Exception {
            ledger.begin();
            GroupedTransaction grouped = grouper.group(sent, transaction, record -> {
                if (record.parts() > 1) {
                    goOn(running);
                }
                ledger.send(record);
            });
            ledger.end(grouped);
            sent.advance(grouped);
        }

        /** Within a large transaction, whose records are more than may be in flight; meanwhile those before it come to count. */
        private void goOn(Running running) throws Exception {
            ledger.settle();
            confirm();
            while (!ledger.hasRoom() && running.wanted()) {
                LockSupport.parkNanos(PAUSE_WHEN_IDLE.toNanos());
                ledger.settle();
                confirm();
            }
            if (!running.wanted()) {
                throw new InterruptedException("capture ends within a transaction, which will be sent again");
            }
        }

        /** Checkpoint first, slot afterwards: a checkpoint behind the slot would look like a gap, and be one. */
        private void confirm() throws Exception {
            if (checkpoint.isPresent() && checkpoint.get().isDone()) {
                checkpoint.get().get();
                checkpoint = Optional.empty();
                confirmedLsn = checkpointLsn;
                source.confirm(confirmedLsn);
            }
            if (System.nanoTime() < nextCheckpoint || checkpoint.isPresent()) {
                return;
            }
            nextCheckpoint = System.nanoTime() + CHECKPOINT_EVERY.toNanos();
            long lsn = ledger.isEmpty() ? source.polledLsn() : ledger.settledLsn();
            if (Long.compareUnsigned(lsn, checkpointLsn) > 0) {
                checkpointLsn = lsn;
                checkpoint = Optional.of(checkpoints.write(
                        producer,
                        new Checkpoint(
                                incarnation,
                                lsn,
                                ledger.settled().epochs(),
                                ledger.settled().last())));
            } else {
                source.confirm(confirmedLsn);
            }
        }

        private void pause() {
            boolean busy = System.nanoTime() < busyUntil;
            LockSupport.parkNanos((busy ? PAUSE_WHEN_BUSY : PAUSE_WHEN_IDLE).toNanos());
        }

        private void finish() throws Exception {
            long deadline = System.nanoTime() + LAST_ACKNOWLEDGEMENTS.toNanos();
            while (!ledger.isEmpty() && System.nanoTime() < deadline) {
                ledger.settle();
                LockSupport.parkNanos(PAUSE_WHEN_IDLE.toNanos());
            }
            nextCheckpoint = System.nanoTime();
            do {
                confirm();
                LockSupport.parkNanos(PAUSE_WHEN_IDLE.toNanos());
            } while (checkpoint.isPresent() && System.nanoTime() < deadline);
        }
    }
}
