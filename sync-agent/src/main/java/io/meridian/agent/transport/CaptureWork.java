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
import io.meridian.agent.server.ServerIdentity;
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

    /** Hears which server is captured from, and how far; called on capture's thread. */
    public interface Watcher {
        /** Before the first record is sent; the server has all that Kafka has. @throws StreamStoppedException it lacks something else */
        default void begins(ServerIdentity server) {}

        /** Changes up to {@code lsn} are on their way to Kafka: from now on others may have them. */
        default void sent(ServerIdentity server, long lsn) {}

        /** The primary was promoted and is not what was captured. */
        default void lacks(ServerIdentity server, String reason) {}
    }

    private final OwnTopics topics;
    private final StoreAccess store;
    private final String slot;
    private final Opening opening;
    private final Grouping grouping;
    private final MarkerWriter markers;
    private final Watcher watcher;

    public CaptureWork(
            OwnTopics topics,
            StoreAccess store,
            String slot,
            Opening opening,
            Grouping grouping,
            MarkerWriter markers,
            Watcher watcher) {
        this.topics = topics;
        this.store = store;
        this.slot = slot;
        this.opening = opening;
        this.grouping = grouping;
        this.markers = markers;
        this.watcher = watcher;
    }

    @Override
    public void run(Running running) throws Exception {
        String changes = topics.names().changes();
        var checkpoints = new CheckpointLog(topics.names().capture());
        Beginning beginning = begin(checkpoints);
        CaptureStart.Decision.Begin begin = beginning.decision();
        Checkpoint from = begin.from();
        watcher.begins(beginning.server());
        try (Producer<byte[], byte[]> producer = KafkaClients.producer(topics.bootstrap(), "capture-" + slot)) {
            if (begin.first()) {
                checkpoints.write(producer, from).get();
            }
            try (ChangeSource source = opening.from(from.confirmedLsn())) {
                sameServer(beginning.server());
                LOG.infof(
                        "capture begins slot=%s incarnation=%s timeline=%d lsn=%x first=%b",
                        slot,
                        from.incarnation(),
                        beginning.server().timeline().number(),
                        from.confirmedLsn(),
                        begin.first());
                running.well();
                var ledger = new SentLedger(
                        producer,
                        changes,
                        markers,
                        new StreamState(from.epochs(), from.last()),
                        from.confirmedLsn(),
                        running::wake);
                new Session(source, producer, checkpoints, ledger, from, beginning.server()).run(running);
            } catch (Exception e) {
                // What is still queued must not follow a record that failed: it is sent again from the checkpoint.
                producer.close(Duration.ZERO);
                throw e;
            }
        }
    }

    private record Beginning(CaptureStart.Decision.Begin decision, ServerIdentity server) {}

    private Beginning begin(CheckpointLog checkpoints) throws Exception {
        String topicId = topics.changesId();
        try (Consumer<byte[], byte[]> consumer = KafkaClients.reader(topics.bootstrap(), "checkpoint-" + slot);
                Connection connection = store.openReplication("meridian capture start")) {
            Optional<Checkpoint> checkpoint = checkpoints.read(consumer);
            TopicTail.check(topics.names().changes(), consumer, checkpoint, topicId);
            TopicEnds ends = TopicEnds.read(consumer, places());
            CaptureStart.Found found =
                    SlotInspector.inspect(connection, slot, topicId, isEmpty(ends), sentLsn(ends), checkpoint);
            var server = new ServerIdentity(found.systemId(), found.timeline());
            switch (CaptureStart.decide(found)) {
                case CaptureStart.Decision.Begin begin -> {
                    SlotInspector.letFailOver(connection, slot);
                    return new Beginning(begin, server);
                }
                case CaptureStart.Decision.Refuse refuse -> {
                    if (refuse.lacking()) {
                        watcher.lacks(server, refuse.reason());
                    }
                    throw new StreamStoppedException("capture does not begin: " + refuse.reason());
                }
            }
        }
    }

    /** The stream has a session of its own, and between the two another server may have been promoted; older ones are worked with no more. */
    private void sameServer(ServerIdentity server) throws SQLException {
        try (Connection connection = store.openReplication("meridian capture start")) {
            if (!ServerIdentity.of(connection).equals(server)) {
                throw new SQLException("another server of the store was promoted while capture began");
            }
        }
    }

    private List<TopicPartition> places() {
        return IntStream.range(0, topics.names().partitions())
                .mapToObj(partition -> new TopicPartition(topics.names().changes(), partition))
                .toList();
    }

    private boolean isEmpty(TopicEnds ends) {
        return places().stream().allMatch(place -> ends.of(place).neverWritten());
    }

    private long sentLsn(TopicEnds ends) {
        return places().stream()
                .flatMap(place -> ends.of(place).last().stream()
                        .map(record -> RecordCodec.fromBytes(record.value(), place.partition())
                                .position()
                                .lsn()))
                .max(Long::compareUnsigned)
                .orElse(0L);
    }

    /** One uninterrupted reading of the stream. */
    private final class Session {
        private final ServerIdentity server;
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
                Checkpoint from,
                ServerIdentity server) {
            this.server = server;
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
            watcher.sent(server, transaction.endLsn());
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
            leaveOldPrimary();
            long lsn = ledger.isEmpty() ? source.polledLsn() : ledger.settledLsn();
            if (Long.compareUnsigned(lsn, checkpointLsn) > 0) {
                checkpointLsn = lsn;
                checkpoint = Optional.of(checkpoints.write(
                        producer,
                        new Checkpoint(
                                incarnation,
                                server.timeline().number(),
                                lsn,
                                ledger.settled().epochs(),
                                ledger.settled().last())));
            } else {
                source.confirm(confirmedLsn);
            }
        }

        private void leaveOldPrimary() throws SQLException {
            if (store.servers().isPast(server.systemId(), server.timeline().number())) {
                throw new SQLException("a standby of the store was promoted: capture leaves the old primary");
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
