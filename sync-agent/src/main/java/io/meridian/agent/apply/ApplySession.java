package io.meridian.agent.apply;

import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.record.SourceRecord;
import io.meridian.agent.running.Running;
import io.meridian.agent.transport.CopyPuller;
import io.meridian.agent.transport.Cures;
import io.meridian.agent.transport.RecordCodec;
import io.meridian.conflict.RecordClassifier;
import io.meridian.conflict.ShardHead;
import io.meridian.conflict.StreamPosition;
import io.meridian.conflict.StreamVerdict;
import io.meridian.topology.ShardId;
import io.meridian.topology.ownership.Ownership;
import io.meridian.topology.ownership.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** One uninterrupted reading of a partition's copy log, by the applier's thread, on one session of the store. */
final class ApplySession {
    private static final Logger LOG = Logger.getLogger(ApplySession.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** Heads ring a bell when they move; this only bounds how late a request to stop is seen. */
    private static final Duration BARRIER_LOOK = Duration.ofMillis(200);
    /** How long all that follows waits with an OPEN for its base: most come within milliseconds, and parking costs a row. */
    private static final Duration BARRIER_PATIENCE = Duration.ofSeconds(2);
    /** A resend by the source comes by itself; a record lost on the way into the copy log must be fetched again. */
    private static final Duration GAP_PATIENCE = Duration.ofSeconds(2);
    /** Doubled each time: all that lies before the missing record comes again too, and must get through before it is asked for once more. */
    private static final Duration LONGEST_GAP_PATIENCE = Duration.ofMinutes(5);

    /** Heartbeats change nothing here: a commit for each would be most of an idle store's work. Coming again, they change nothing again. */
    private static final Duration IDLE_WRITES = Duration.ofSeconds(5);

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    /** Heads move on by a handful of commits in a shard's life: a plan that never fits is wrong. */
    private static final int MOST_OVERTAKEN = 100;

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    private final PartitionApplier applier;
    private final PartitionApplier.Shared shared;
    private final CopyPuller puller;
    private final Running running;
    private final Consumer<byte[], byte[]> copy;
    private final TopicPartition place;
    private final GroupWriter writer;
    private final ParkedShards parked;
    private final ParkedRelease release;
    private final CommittedShards shards;
    /** As the store has it. */
    private Progress stored;
    /** As it is: further than stored by heartbeats alone. */
    private Progress progress;

    private long nextIdleWrite = System.nanoTime();
    /** Source offset of what follows the record that progress names, once that one was seen. */
    private OptionalLong nextSourceOffset = OptionalLong.empty();

    private ApplyGroup group;
    private Optional<LargeTransaction> large = Optional.empty();
    private OptionalLong heartbeatMicros = OptionalLong.empty();
    private long gapSince;
    private Duration gapPatience = GAP_PATIENCE;
    private boolean gapTold;
    /** The copy log no longer has, or not again, the record that progress names. */
    private boolean hintLost;

    private Optional<String> trouble = Optional.empty();

    ApplySession(
            PartitionApplier applier,
            PartitionApplier.Shared shared,
            CopyPuller puller,
            Running running,
            Connection store,
            Consumer<byte[], byte[]> copy,
            Progress progress,
            ParkedShards parked) {
        this.applier = applier;
        this.shared = shared;
        this.puller = puller;
        this.running = running;
        this.copy = copy;
        this.place = new TopicPartition(shared.topics().names().copy(applier.source()), applier.partition());
        this.writer = new GroupWriter(
                store,
                applier.source(),
                applier.partition(),
                shared.heads(),
                shared.disputed(),
                shared.stopped(),
                shared.seedings(),
                shared.tables());
        this.parked = parked;
        this.release = new ParkedRelease(
                shared,
                applier.source(),
                applier.partition(),
                store,
                writer,
                parked,
                this::headsAdvanced,
                applier::toLookAtAgain);
        this.shards = new CommittedShards(
                shared.here(),
                shared.heads(),
                shared.stopped(),
                shared.seedings(),
                shard -> parked.contains(shard) ? Optional.of(ParkedShards.BEHIND) : Optional.empty());
        this.stored = progress;
        this.progress = progress;
        this.group = new ApplyGroup(shards);
    }

    void run() throws Exception {
        seek();
        running.well();
        while (running.wanted()) {
            for (var copied : copy.poll(large.isEmpty() && parked.anyFlows() ? Duration.ZERO : POLL)) {
                if (!take(copied)) {
                    break;
                }
            }
            flush();
            if (large.isEmpty()) {
                keepPlace();
                release.run();
                applier.reached(nextSourceOffset, copy.currentLag(place).orElse(0));
            }
            mendGap();
            tellTrouble();
        }
    }

    /** Where progress says, if the log still has it; the chain of predecessors tells when that is not enough. */
    private void seek() {
        copy.assign(List.of(place));
        long first = copy.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
        long end = copy.endOffsets(List.of(place)).getOrDefault(place, 0L);
        long hint = progress.copyOffset();
        hintLost = hint < first || hint >= end;
        copy.seek(place, hintLost ? first : hint);
    }

    /** @return false: the log is read on from another place */
    private boolean take(ConsumerRecord<byte[], byte[]> copied) throws Exception {
        SourceRecord record = RecordCodec.fromBytes(copied.value(), applier.partition());
        if (isBehindAnAcceptedHole(record, copied)) {
            passHole(record, copied);
        }
        StreamPosition reached = reached();
        StreamPosition predecessor =
                record.predecessor().<StreamPosition>map(StreamPosition.At::new).orElse(new StreamPosition.Beginning());
        switch (RecordClassifier.ofStream(reached, record.position(), predecessor)) {
            case StreamVerdict.Next _ -> {
                endGap();
                boolean goesOn = record.parts() == 1 ? next(record, copied) : part(record, copied);
                nextSourceOffset = OptionalLong.of(CopyPuller.sourceOffset(copied) + 1);
                return goesOn;
            }
            case StreamVerdict.Duplicate _ -> {
                if (reached.equals(new StreamPosition.At(record.position()))) {
                    nextSourceOffset = OptionalLong.of(CopyPuller.sourceOffset(copied) + 1);
                }
                return true;
            }
            case StreamVerdict.Gap gap -> {
                gap(gap, record, CopyPuller.sourceOffset(copied));
                return true;
            }
            case StreamVerdict.ForeignIncarnation foreign ->
                throw new StreamStoppedException("region " + applier.source()
                        + "'s stream is another one than before (applied " + foreign.applied() + ", now "
                        + foreign.record() + "): this region's copy must be made anew");
        }
    }

    private StreamPosition reached() {
        if (large.isPresent()) {
            return large.get()
                    .reached()
                    .<StreamPosition>map(StreamPosition.At::new)
                    .orElse(progress.applied());
        }
        return group.isEmpty()
                ? progress.applied()
                : new StreamPosition.At(group.items().getLast().record().position());
    }

    /**
     * The source has nothing before it any more, or its stream is another one, and what was of the shards in between is taken anew. Not where the log holds
     * again what was read before: a hint that was lost leads there.
     */
    private boolean isBehindAnAcceptedHole(SourceRecord record, ConsumerRecord<byte[], byte[]> copied) {
        if (!shared.seedings()
                .acceptsHole(
                        applier.source(),
                        applier.partition(),
                        shared.topics().names().partitions())) {
            return false;
        }
        StreamPosition predecessor =
                record.predecessor().<StreamPosition>map(StreamPosition.At::new).orElse(new StreamPosition.Beginning());
        return switch (RecordClassifier.ofStream(reached(), record.position(), predecessor)) {
            case StreamVerdict.Next _, StreamVerdict.Duplicate _ -> false;
            case StreamVerdict.Gap _ -> puller.isFirstLeft(applier.partition(), CopyPuller.sourceOffset(copied));
            case StreamVerdict.ForeignIncarnation _ -> copied.offset() > progress.copyOffset() || hintLost;
        };
    }

    /** A transaction whose first parts lie in the hole does so as a whole. A crash before the next record is written comes here once more. */
    private void passHole(SourceRecord record, ConsumerRecord<byte[], byte[]> copied) throws Exception {
        flush();
        if (large.isPresent()) {
            writer.abandon();
            large = Optional.empty();
        }
        Optional<Position> before = record.position().part() == 0
                ? record.predecessor()
                : Optional.of(new Position(
                        record.position().incarnation(), record.position().lsn(), record.parts() - 1));
        LOG.warnf(
                "hole passed over, shards of it are taken anew source=%s partition=%d applied=%s record=%s",
                applier.source(), applier.partition(), progress.applied(), record.position());
        writer.breakAtHole(shared.topics().names().partitions());
        progress = new Progress(
                before.<StreamPosition>map(StreamPosition.At::new).orElse(new StreamPosition.Beginning()),
                copied.offset() - 1);
        endGap();
    }

    private boolean next(SourceRecord record, ConsumerRecord<byte[], byte[]> copied) throws Exception {
        RecordPlanner.Plan.Apply plan = planned(record);
        if (plan.seeds().alone()) {
            flush();
            plan = planned(record);
            group.add(new ApplyGroup.Item(record, copied.offset(), copied.serializedValueSize(), plan));
            flush();
            return true;
        }
        group.add(new ApplyGroup.Item(record, copied.offset(), copied.serializedValueSize(), plan));
        heartbeatMicros = plan.heartbeatMicros().isPresent() ? plan.heartbeatMicros() : heartbeatMicros;
        if (group.isFull()) {
            flush();
        }
        return true;
    }

    private RecordPlanner.Plan.Apply planned(SourceRecord record) throws Exception {
        long patienceEnds = System.nanoTime() + BARRIER_PATIENCE.toNanos();
        while (true) {
            long seen = shared.heads().version();
            boolean patient = System.nanoTime() < patienceEnds;
            RecordPlanner.Plan plan = RecordPlanner.plan(
                    record, group.shards(), patient ? RecordPlanner.Patience.WAIT : RecordPlanner.Patience.PARK);
            switch (plan) {
                case RecordPlanner.Plan.Apply apply
                when apply.parks().isEmpty() || !parked.isFull() -> {
                    return apply;
                }
                case RecordPlanner.Plan.Apply _ -> awaitRoom();
                case RecordPlanner.Plan.Await _ -> {
                    flush();
                    unlessAskedToStop();
                    shared.heads().awaitChange(seen, BARRIER_LOOK);
                }
            }
        }
    }

    /** More is parked already than the store shall hold: the partition waits as a whole. */
    private void awaitRoom() throws Exception {
        flush();
        release.run();
        if (parked.isFull()) {
            tellTrouble();
            unlessAskedToStop();
            LockSupport.parkNanos(parked.anyFlows() ? 0 : BARRIER_LOOK.toNanos());
        }
    }

    private void unlessAskedToStop() throws InterruptedException {
        if (!running.wanted()) {
            throw new InterruptedException("asked to stop while a record waits");
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
            headsAdvanced(group.heads(), group.opened());
            group.items().forEach(this::setAside);
        } catch (SQLException | CannotApplyException | OvertakenException e) {
            LOG.debugf(
                    e,
                    "group failed, applied one by one source=%s partition=%d",
                    applier.source(),
                    applier.partition());
            for (ApplyGroup.Item item : group.items()) {
                alone(item.record(), item.copyOffset(), item.bytes());
            }
        }
        passed();
    }

    /** A source that says nothing more leaves its last heartbeats here. */
    private void keepPlace() throws SQLException {
        if (progress.applied() instanceof StreamPosition.At at
                && !progress.equals(stored)
                && System.nanoTime() >= nextIdleWrite) {
            nextIdleWrite = System.nanoTime() + IDLE_WRITES.toNanos();
            written(writer.passed(stored, at.position(), progress.copyOffset()));
        }
    }

    private void passed() {
        applier.tookGroup();
        group = new ApplyGroup(shards);
        applier.passed(heartbeatMicros);
    }

    private void written(Progress moved) {
        stored = moved;
        progress = moved;
    }

    /** Until it is in, or parked as far as this store refuses it: nothing is skipped. A lost session ends this one instead. */
    private void alone(SourceRecord record, long offset, int bytes) throws Exception {
        Map<ShardId, RecordPlanner.Hindrance> refused = new HashMap<>();
        Duration pause = FIRST_RETRY;
        int overtaken = 0;
        while (true) {
            var plan = (RecordPlanner.Plan.Apply)
                    RecordPlanner.plan(record, shards.refusing(refused), RecordPlanner.Patience.PARK);
            var item = new ApplyGroup.Item(record, offset, bytes, plan);
            try {
                written(writer.writeByShard(item, stored));
                headsAdvanced(plan.heads(), ApplyGroup.grants(plan.opened()));
                setAside(item);
                return;
            } catch (ShardRefusedException e) {
                refused.put(e.shard(), new RecordPlanner.Hindrance(Waiting.REFUSED, e.reason()));
            } catch (OvertakenException e) {
                LOG.debugf("planned anew, a head was marked or moved on position=%s", record.position());
                if (++overtaken == MOST_OVERTAKEN) {
                    throw new IllegalStateException(
                            "the record at " + record.position() + " was planned " + overtaken + " times in vain", e);
                }
            } catch (SQLException e) {
                pause = afterFailure(record, e, pause);
            }
        }
    }

    /** @return the next pause @throws SQLException the session is lost */
    private Duration afterFailure(SourceRecord record, SQLException failure, Duration pause)
            throws SQLException, InterruptedException {
        if (Failure.of(failure) == Failure.SESSION_LOST) {
            throw failure;
        }
        told(Optional.of("the record at " + record.position() + " of " + applier.source() + " (partition "
                + applier.partition() + ") cannot be applied now: " + Failure.inWords(failure)));
        unlessAskedToStop();
        LockSupport.parkNanos(pause.toNanos());
        return min(pause.multipliedBy(2), LONGEST_RETRY);
    }

    /** Seen to its end first, so that the transaction here lasts no longer than it must, then applied part by part. */
    private boolean part(SourceRecord record, ConsumerRecord<byte[], byte[]> copied) throws Exception {
        if (large.isEmpty()) {
            flush();
            large = Optional.of(new LargeTransaction(record, copied.offset(), shards));
        }
        LargeTransaction transaction = large.get();
        boolean last = record.position().part() == record.parts() - 1;
        if (transaction.isBeingSeen()) {
            transaction.seen(record.position());
            return !last || applyFrom(transaction);
        }
        try {
            ApplyGroup.Item item = transaction.plan(record, copied.offset(), copied.serializedValueSize());
            transaction.append(writer, item);
            if (last) {
                written(writer.finish(item, transaction.heads(), stored));
                headsAdvanced(transaction.heads(), List.of());
                transaction.asides().forEach(this::setAside);
                large = Optional.empty();
            }
            return true;
        } catch (ShardRefusedException e) {
            transaction.refuse(e.shard(), e.reason());
            return applyFrom(transaction);
        } catch (OvertakenException _) {
            return applyFrom(transaction);
        } catch (SQLException | CannotApplyException e) {
            if (Failure.of(e) == Failure.REFUSED && transaction.byShardFromNowOn()) {
                return applyFrom(transaction);
            }
            if (e instanceof SQLException failure) {
                transaction.pause = afterFailure(record, failure, transaction.pause);
                return applyFrom(transaction);
            }
            throw e;
        }
    }

    private boolean applyFrom(LargeTransaction transaction) {
        transaction.begin();
        copy.seek(place, transaction.firstOffset());
        return false;
    }

    private void headsAdvanced(Map<ShardId, ShardHead.At> moved, List<Ownership.Grant> opened) {
        shared.heads().lineages().learn(opened);
        shared.heads().advance(moved);
        if (!moved.isEmpty()) {
            shared.listener().headsAdvanced(applier.source(), Map.copyOf(moved));
        }
    }

    private void setAside(ApplyGroup.Item item) {
        shared.stopped().committed(item.record(), item.copyOffset(), item.plan().stops());
        for (RecordPlanner.Park park : item.plan().parks()) {
            if (park.waiting() != Waiting.BEHIND) {
                LOG.warnf(
                        "shard waits shard=%s source=%s epoch=%s position=%s waiting=%s reason=%s",
                        park.shard(),
                        applier.source(),
                        park.epoch(),
                        item.record().position(),
                        park.waiting(),
                        park.reason());
            }
            parked.add(park, item.bytes());
        }
    }

    private void gap(StreamVerdict.Gap gap, SourceRecord record, long sourceOffset) {
        if (puller.isFirstLeft(applier.partition(), sourceOffset)) {
            throw new StreamStoppedException("partition " + applier.partition() + " of " + applier.source()
                    + " has a hole here: behind " + gap.applied() + " comes " + record.position() + ", which follows "
                    + gap.predecessor() + "; the copy log lacks what lies between, and " + applier.source()
                    + "'s topic " + shared.topics().names().changes(applier.source()) + " no longer has it. "
                    + Cures.COPY_ANEW);
        }
        if (gapSince == 0) {
            gapSince = System.nanoTime();
            LOG.infof(
                    "gap in the copy log, waiting for the resend source=%s partition=%d applied=%s record=%s predecessor=%s",
                    applier.source(), applier.partition(), gap.applied(), record.position(), gap.predecessor());
        }
    }

    private void endGap() {
        gapSince = 0;
        gapPatience = GAP_PATIENCE;
        gapTold = false;
    }

    private void mendGap() {
        if (gapSince == 0 || System.nanoTime() - gapSince < gapPatience.toNanos()) {
            return;
        }
        gapSince = System.nanoTime();
        gapPatience = min(gapPatience.multipliedBy(2), LONGEST_GAP_PATIENCE);
        gapTold = true;
        puller.pullAgain(applier.partition(), nextSourceOffset);
    }

    private void tellTrouble() {
        String where = "partition " + applier.partition() + " of " + applier.source();
        told(
                gapTold
                        ? Optional.of(where + " lacks the record behind " + reached() + ": asking for it again")
                        : parked.inWords().map(words -> where + ": " + words));
    }

    private void told(Optional<String> now) {
        if (now.equals(trouble)) {
            return;
        }
        trouble = now;
        now.ifPresentOrElse(running::ailing, running::well);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
