package io.meridian.agent.apply;

import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.transport.CopyPuller;
import io.meridian.agent.transport.KafkaClients;
import io.meridian.agent.transport.OwnTopics;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.conflict.RecordClassifier;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.StreamPosition;
import io.meridian.conflict.StreamVerdict;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Owns one partition of one source: reads its copy log and brings each record into effect once, in order. What comes twice is skipped, what
 * comes without its predecessor is passed over (it comes again), an OPEN waits until what it builds on is in.
 *
 * @see "PROTOCOL 4"
 */
public final class PartitionApplier implements Work {
    private static final Logger LOG = Logger.getLogger(PartitionApplier.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** Heads ring a bell when they move; this only bounds how late a request to stop is seen. */
    private static final Duration BARRIER_LOOK = Duration.ofMillis(200);
    /** A resend by the source comes by itself; a record lost on the way into the copy log must be fetched again. */
    private static final Duration GAP_PATIENCE = Duration.ofSeconds(2);
    /** Doubled each time: all that lies before the missing record comes again too, and must get through before it is asked for once more. */
    private static final Duration LONGEST_GAP_PATIENCE = Duration.ofMinutes(5);

    /** Heartbeats change nothing here: a commit for each would be most of an idle store's work. Coming again, they change nothing again. */
    private static final Duration IDLE_WRITES = Duration.ofSeconds(5);

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
    /** A barrier that lasts longer is shown: what it waits for may be stopped or lost. */
    private static final Duration BARRIER_PATIENCE = Duration.ofSeconds(2);

    /** Called from appliers' threads after a commit; must return at once. */
    @FunctionalInterface
    public interface Listener {
        void headsAdvanced(RegionId source, Map<ShardId, ShardHead.At> heads);
    }

    /** What all appliers of a region share. */
    public record Shared(
            String group,
            StoreAccess store,
            OwnTopics topics,
            HeadBoard heads,
            StoppedShards stopped,
            Listener listener) {}

    private final Shared shared;
    private final RegionId source;
    private final int partition;
    private final CopyPuller puller;
    private volatile OptionalLong newestHeartbeatMicros = OptionalLong.empty();
    private volatile long recordsBehind;

    public PartitionApplier(Shared shared, RegionId source, int partition, CopyPuller puller) {
        this.shared = shared;
        this.source = source;
        this.partition = partition;
        this.puller = puller;
    }

    /** The source's time in the newest heartbeat applied. */
    public OptionalLong newestHeartbeatMicros() {
        return newestHeartbeatMicros;
    }

    public long recordsBehind() {
        return recordsBehind;
    }

    @Override
    public void run(Running running) throws Exception {
        shared.topics().ready();
        String origin = "meridian_" + shared.group() + "_" + source + "_" + partition;
        try (Connection store = OriginSession.open(shared.store(), origin);
                Consumer<byte[], byte[]> copy =
                        KafkaClients.consumer(shared.topics().bootstrap(), origin)) {
            shared.heads().load(store);
            shared.stopped().load(store);
            Progress progress = ProgressRows.load(store, source, partition);
            store.commit();
            new Session(running, store, copy, progress).run();
        }
    }

    /** One uninterrupted reading of the copy log. */
    private final class Session {
        private final Running running;
        private final Consumer<byte[], byte[]> copy;
        private final GroupWriter writer;
        private final TopicPartition place;
        /** As the store has it. */
        private Progress stored;
        /** As it is: further than stored by heartbeats alone. */
        private Progress progress;

        private long nextIdleWrite = System.nanoTime();
        /** Source offset of what follows the record that progress names, once that one was seen. */
        private OptionalLong nextSourceOffset = OptionalLong.empty();

        private ApplyGroup group = newGroup();
        private OptionalLong heartbeatMicros = OptionalLong.empty();
        private long gapSince;
        private Duration gapPatience = GAP_PATIENCE;

        Session(Running running, Connection store, Consumer<byte[], byte[]> copy, Progress progress) {
            this.running = running;
            this.copy = copy;
            this.writer = new GroupWriter(store, source, partition);
            this.place = new TopicPartition(shared.topics().names().copy(source), partition);
            this.stored = progress;
            this.progress = progress;
        }

        void run() throws Exception {
            seek();
            running.well();
            while (running.wanted()) {
                for (ConsumerRecord<byte[], byte[]> copied : copy.poll(POLL)) {
                    take(copied);
                }
                flush();
                recordsBehind = copy.currentLag(place).orElse(0);
                mendGap();
            }
        }

        /** Where progress says, if the log still has it; the chain of predecessors tells when that is not enough. */
        private void seek() {
            copy.assign(List.of(place));
            long first = copy.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
            long end = copy.endOffsets(List.of(place)).getOrDefault(place, 0L);
            long hint = progress.copyOffset();
            copy.seek(place, hint >= first && hint < end ? hint : first);
        }

        private void take(ConsumerRecord<byte[], byte[]> copied) throws Exception {
            SourceRecord record = RecordCodec.fromBytes(copied.value(), partition);
            StreamPosition applied = group.isEmpty()
                    ? progress.applied()
                    : new StreamPosition.At(group.items().getLast().record().position());
            StreamPosition predecessor = record.predecessor()
                    .<StreamPosition>map(StreamPosition.At::new)
                    .orElse(new StreamPosition.Beginning());
            switch (RecordClassifier.ofStream(applied, record.position(), predecessor)) {
                case StreamVerdict.Next _ -> next(record, copied);
                case StreamVerdict.Duplicate _ -> {
                    if (applied.equals(new StreamPosition.At(record.position()))) {
                        nextSourceOffset = OptionalLong.of(CopyPuller.sourceOffset(copied) + 1);
                    }
                }
                case StreamVerdict.Gap gap -> gap(gap, record);
                case StreamVerdict.ForeignIncarnation foreign ->
                    throw new StreamStoppedException(
                            "region " + source + "'s stream is another one than before (applied " + foreign.applied()
                                    + ", now " + foreign.record() + "): this region's copy must be made anew");
            }
        }

        private void next(SourceRecord record, ConsumerRecord<byte[], byte[]> copied) throws Exception {
            RecordPlanner.Plan plan = RecordPlanner.plan(record, group::head, group::isStopped);
            long waitingSince = System.nanoTime();
            while (plan instanceof RecordPlanner.Plan.Await await) {
                flush();
                long seen = shared.heads().version();
                plan = RecordPlanner.plan(record, group::head, group::isStopped);
                if (plan instanceof RecordPlanner.Plan.Await) {
                    if (!running.wanted()) {
                        throw new InterruptedException("asked to stop at a barrier");
                    }
                    if (System.nanoTime() - waitingSince > BARRIER_PATIENCE.toNanos()) {
                        running.ailing("partition " + partition + " of " + source + " waits: shard " + await.shard()
                                + " builds on epoch " + await.base().epoch() + " of "
                                + await.base().region() + " at "
                                + await.base().position() + ", which has not come");
                    }
                    shared.heads().awaitChange(seen, BARRIER_LOOK);
                }
            }
            if (System.nanoTime() - waitingSince > BARRIER_PATIENCE.toNanos()) {
                running.well();
            }
            var ready = (RecordPlanner.Plan.Apply) plan;
            group.add(new ApplyGroup.Item(record, copied.offset(), copied.serializedValueSize(), ready));
            nextSourceOffset = OptionalLong.of(CopyPuller.sourceOffset(copied) + 1);
            heartbeatMicros = ready.heartbeatMicros().isPresent() ? ready.heartbeatMicros() : heartbeatMicros;
            endGap();
            if (group.isFull()) {
                flush();
            }
        }

        private void flush() throws Exception {
            if (group.isEmpty()) {
                return;
            }
            ApplyGroup.Item last = group.items().getLast();
            if (!group.hasEffect() && System.nanoTime() < nextIdleWrite) {
                progress = new Progress(new StreamPosition.At(last.record().position()), last.copyOffset());
                passed();
                return;
            }
            nextIdleWrite = System.nanoTime() + IDLE_WRITES.toNanos();
            try {
                written(writer.write(group, stored));
                committed(group);
            } catch (SQLException | CannotApplyException e) {
                LOG.debugf(e, "group failed, applied one by one source=%s partition=%d", source, partition);
                for (ApplyGroup one : group.apart()) {
                    insist(one);
                }
            }
            passed();
        }

        private void passed() {
            group = newGroup();
            newestHeartbeatMicros = heartbeatMicros;
        }

        private void written(Progress moved) {
            stored = moved;
            progress = moved;
        }

        /** Until it is in: nothing is skipped. A broken connection ends the session instead. */
        private void insist(ApplyGroup one) throws Exception {
            SourceRecord record = one.items().getFirst().record();
            Duration pause = FIRST_RETRY;
            boolean failed = false;
            while (true) {
                try {
                    written(writer.writeOneByOne(one, stored));
                    committed(one);
                    if (failed) {
                        running.well();
                    }
                    return;
                } catch (SQLException e) {
                    if (e.getSQLState() == null
                            || e.getSQLState().startsWith("08")
                            || e.getSQLState().startsWith("57")) {
                        throw e;
                    }
                    running.ailing(cannot(record, e));
                } catch (CannotApplyException e) {
                    running.ailing(cannot(record, e));
                }
                failed = true;
                if (!running.wanted()) {
                    throw new InterruptedException("asked to stop while a record could not be applied");
                }
                LockSupport.parkNanos(pause.toNanos());
                pause = min(pause.multipliedBy(2), LONGEST_RETRY);
            }
        }

        private String cannot(SourceRecord record, Exception e) {
            return "the record at " + record.position() + " of " + source + " (partition " + partition
                    + ") cannot be applied: " + e.getMessage();
        }

        private void committed(ApplyGroup done) {
            shared.heads().advance(done.heads());
            for (ApplyGroup.Item item : done.items()) {
                shared.stopped()
                        .committed(item.record(), item.copyOffset(), item.plan().stops());
            }
            if (!done.heads().isEmpty()) {
                shared.listener().headsAdvanced(source, Map.copyOf(done.heads()));
            }
        }

        private void gap(StreamVerdict.Gap gap, SourceRecord record) {
            if (gapSince == 0) {
                gapSince = System.nanoTime();
                LOG.infof(
                        "gap in the copy log, waiting for the resend source=%s partition=%d applied=%s record=%s predecessor=%s",
                        source, partition, gap.applied(), record.position(), gap.predecessor());
            }
        }

        private void endGap() {
            if (gapSince != 0) {
                gapSince = 0;
                gapPatience = GAP_PATIENCE;
                running.well();
            }
        }

        private void mendGap() {
            if (gapSince == 0 || System.nanoTime() - gapSince < gapPatience.toNanos()) {
                return;
            }
            gapSince = System.nanoTime();
            gapPatience = min(gapPatience.multipliedBy(2), LONGEST_GAP_PATIENCE);
            running.ailing("partition " + partition + " of " + source + " lacks the record behind " + progress.applied()
                    + ": asking for it again");
            puller.pullAgain(partition, nextSourceOffset);
        }

        private ApplyGroup newGroup() {
            return new ApplyGroup(shared.heads(), shared.stopped());
        }

        private static Duration min(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
