package io.meridian.agent.apply;

import io.meridian.agent.failover.Aligner;
import io.meridian.agent.failover.MissingBases;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.agent.seeding.SeedingBoard;
import io.meridian.agent.store.HeadBoard;
import io.meridian.agent.store.StoreAccess;
import io.meridian.agent.transport.CopyPuller;
import io.meridian.agent.transport.KafkaClients;
import io.meridian.agent.transport.OwnTopics;
import io.meridian.conflict.ShardHead;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.Topology;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Owns one partition of one source: reads its copy log and brings each record into effect once, in order. What comes twice is skipped, what
 * comes without its predecessor is passed over (it comes again), an OPEN waits until what it builds on is in; what cannot take effect now is
 * parked by shard, so that the others go on.
 *
 * @see "PROTOCOL 4"
 */
public final class PartitionApplier implements Work {
    /** Called from appliers' threads after a commit; must return at once. */
    @FunctionalInterface
    public interface Listener {
        void headsAdvanced(RegionId source, Map<ShardId, ShardHead.At> heads);
    }

    /** What all appliers of a region share. @param tables all of the topology's */
    public record Shared(
            RegionId here,
            String group,
            StoreAccess store,
            OwnTopics topics,
            HeadBoard heads,
            StoppedShards stopped,
            DisputedShards disputed,
            Aligner aligner,
            MissingBases missing,
            SeedingBoard seedings,
            List<Topology.Table> tables,
            Listener listener) {}

    private final Shared shared;
    private final RegionId source;
    private final int partition;
    private final CopyPuller puller;
    private volatile OptionalLong newestHeartbeatMicros = OptionalLong.empty();
    private volatile long recordsBehind;
    private final Set<ShardId> lookAgain = ConcurrentHashMap.newKeySet();
    /** Source offset behind the last record that is in; negative: not known yet. */
    private volatile long nextToApply = -1;

    /** Written by the session's thread only. */
    private volatile long taken;

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

    /** Copied and not applied. Goes on growing while a record waits here, when the copy log itself is not read. */
    public long recordsBehind() {
        long applied = nextToApply;
        long copied = puller.copiedUpTo(partition);
        return applied < 0 || copied < 0 ? recordsBehind : Math.max(0, copied - applied);
    }

    /** For the session: all up to this heartbeat took effect, or was set aside. */
    void passed(OptionalLong heartbeatMicros) {
        newestHeartbeatMicros = heartbeatMicros;
    }

    /** Groups of records that came in order and took effect, or were set aside, since the process began. */
    public long taken() {
        return taken;
    }

    /** For the session: one more. */
    void tookGroup() {
        taken = taken + 1;
    }

    /** @param sourceOffset behind the last record that is in; empty: not known yet. @param copyBehind records of the copy log that were not read */
    void reached(OptionalLong sourceOffset, long copyBehind) {
        nextToApply = sourceOffset.orElse(-1);
        recordsBehind = copyBehind;
    }

    /** A person decided something of what waits of the shard. May be called by any thread. */
    public void lookAgain(ShardId shard) {
        lookAgain.add(shard);
    }

    /** Each is told once. */
    List<ShardId> toLookAtAgain() {
        if (lookAgain.isEmpty()) {
            return List.of();
        }
        List<ShardId> taken = List.copyOf(lookAgain);
        taken.forEach(lookAgain::remove);
        return taken;
    }

    public RegionId source() {
        return source;
    }

    public int partition() {
        return partition;
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
            shared.disputed().load(store);
            shared.seedings().load(store);
            Progress progress = ProgressRows.load(store, source, partition);
            var parked = new ParkedShards();
            parked.load(new ParkedRows(store, source, partition).load());
            store.commit();
            new ApplySession(this, shared, puller, running, store, copy, progress, parked).run();
        }
    }
}
