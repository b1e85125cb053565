package io.meridian.agent.transport;

import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.topology.RegionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * Appends a peer's records, as they are, to the copy log here, each with its offset at the peer in a header. That header in the log's tail is
 * the puller's place: no consumer group, nothing to keep in step. A cut or stalled link only makes it late.
 */
public final class CopyPuller implements Work {
    private static final long FROM_THE_BEGINNING = -1;
    private static final Logger LOG = Logger.getLogger(CopyPuller.class);
    private static final String SOURCE_OFFSET = "source-offset";
    private static final Duration POLL = Duration.ofMillis(100);

    private record Again(int partition, long sourceOffset) {}

    private final OwnTopics topics;
    private final RegionId source;
    private final String sourceBootstrap;
    private final IntPredicate holeAccepted;
    private final Queue<Again> again = new ConcurrentLinkedQueue<>();
    /** Per partition that was asked for again: the first offset that the source still had then. */
    private final Map<Integer, Long> firstLeft = new ConcurrentHashMap<>();

    /** Per partition: source offset behind the last record that was pulled. */
    private final Map<Integer, Long> pulled = new ConcurrentHashMap<>();

    private final MeanRecord mean = new MeanRecord();
    private final PeerHearing hearing = new PeerHearing(System::nanoTime);
    private volatile long recordsBehind;
    private volatile long lastPulledNanos = System.nanoTime();

    /** @param holeAccepted of a partition: what it lacks is known to be lost, and what the source has left is wanted all the same */
    public CopyPuller(OwnTopics topics, RegionId source, String sourceBootstrap, IntPredicate holeAccepted) {
        this.holeAccepted = holeAccepted;
        this.topics = topics;
        this.source = source;
        this.sourceBootstrap = sourceBootstrap;
    }

    RegionId source() {
        return source;
    }

    /** Since the peer last gave something. Any thread. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastPulledNanos);
    }

    /** Since its Kafka answered last, be it with nothing; empty: this cannot tell. Any thread. */
    public OptionalLong silentMillis() {
        return hearing.silentMillis();
    }

    /** Records that the peer is known to hold and that are not in the copy log yet. */
    public long recordsBehind() {
        return recordsBehind;
    }

    /** Source offset behind the last record of a partition that is in the copy log; negative: not known. Any thread. */
    public long copiedUpTo(int partition) {
        return pulled.getOrDefault(partition, -1L);
    }

    /** What the records are like that were pulled last. Any thread. */
    public MeanRecord.Size mean() {
        return mean.size();
    }

    /**
     * Whether the source holds nothing before this record. If its predecessor is missing here, too, it cannot be had from the source any more. Known
     * once the partition was asked for again. Any thread.
     */
    public boolean isFirstLeft(int partition, long sourceOffset) {
        Long first = firstLeft.get(partition);
        return first != null && first == sourceOffset;
    }

    /**
     * The copy log lacks something: append once more from {@code sourceOffset} on; empty: from the beginning of what the source still has. Any
     * thread.
     */
    public void pullAgain(int partition, OptionalLong sourceOffset) {
        again.add(new Again(partition, sourceOffset.orElse(FROM_THE_BEGINNING)));
    }

    /** The offset at the peer that a record of the copy log had. */
    public static long sourceOffset(ConsumerRecord<byte[], byte[]> copied) {
        Header header = copied.headers().lastHeader(SOURCE_OFFSET);
        if (header == null) {
            throw new IllegalStateException("a record of " + copied.topic() + " does not say where it came from");
        }
        return ByteBuffer.wrap(header.value()).getLong();
    }

    @Override
    public void run(Running running) throws Exception {
        topics.ready();
        Map<TopicPartition, Long> places = places();
        try (Producer<byte[], byte[]> copy = KafkaClients.producer(topics.bootstrap(), "copy-" + source);
                Consumer<byte[], byte[]> peer = KafkaClients.consumer(sourceBootstrap, "pull-" + source)) {
            peer.assign(places.keySet());
            places.putAll(refuseHoles(peer, places));
            places.forEach((partition, offset) -> pulled.put(partition.partition(), offset));
            places.forEach((partition, offset) -> seek(peer, partition, offset));
            LOG.infof("pull begins source=%s from=%s places=%s", source, sourceBootstrap, places.values());
            running.well();
            try {
                while (running.wanted()) {
                    pull(peer, copy);
                    hearing.looked(KafkaClients.fetchesAnswered(peer));
                    recordsBehind = places.keySet().stream()
                            .map(peer::currentLag)
                            .mapToLong(lag -> lag.orElse(0))
                            .sum();
                }
            } catch (OffsetOutOfRangeException e) {
                refuseHoles(peer, e.offsetOutOfRangePartitions());
                throw e; // The source has it after all: from the tail of the copy log once more.
            } finally {
                hearing.stopped();
                // A batch that failed must not be overtaken by one that is still queued.
                copy.close(Duration.ZERO);
            }
        }
    }

    /**
     * @param places next offset wanted, per partition
     * @return where to go on behind holes that are accepted
     */
    private Map<TopicPartition, Long> refuseHoles(Consumer<byte[], byte[]> peer, Map<TopicPartition, Long> places) {
        Map<TopicPartition, Long> behind = new HashMap<>();
        Map<TopicPartition, Long> begins;
        Map<TopicPartition, Long> ends;
        try {
            begins = peer.beginningOffsets(places.keySet());
            ends = peer.endOffsets(places.keySet());
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            LOG.debugf(e, "source does not answer, its topic is looked at when it does source=%s", source);
            return behind;
        }
        List<String> holes = new ArrayList<>();
        places.forEach((place, wanted) -> {
            long begin = begins.getOrDefault(place, 0L);
            long end = ends.getOrDefault(place, 0L);
            if (wanted != FROM_THE_BEGINNING
                    && (wanted < begin || wanted > end)
                    && holeAccepted.test(place.partition())) {
                LOG.warnf(
                        "hole accepted, its shards are taken anew source=%s partition=%d wanted=%d begin=%d end=%d",
                        source, place.partition(), wanted, begin, end);
                firstLeft.put(place.partition(), begin);
                behind.put(place, begin);
            } else if (wanted != FROM_THE_BEGINNING && wanted < begin) {
                holes.add("partition " + place.partition() + ": its records " + wanted + " to " + (begin - 1)
                        + " are gone, by retention or by hand, and were not copied here");
            } else if (wanted != FROM_THE_BEGINNING && wanted > end) {
                holes.add("partition " + place.partition() + ": it ends at " + end + ", and " + wanted
                        + " records were copied from it: it was cut or made anew");
            }
        });
        if (!holes.isEmpty()) {
            holes.sort(null);
            throw new StreamStoppedException(
                    "region " + source + "'s topic " + topics.names().changes(source) + " has a hole for this region: "
                            + String.join("; ", holes) + ". " + Cures.COPY_ANEW);
        }
        return behind;
    }

    private static void seek(Consumer<byte[], byte[]> peer, TopicPartition partition, long offset) {
        if (offset == FROM_THE_BEGINNING) {
            peer.seekToBeginning(List.of(partition));
        } else {
            peer.seek(partition, offset);
        }
    }

    private void pull(Consumer<byte[], byte[]> peer, Producer<byte[], byte[]> copy) throws Exception {
        for (Again next = again.poll(); next != null; next = again.poll()) {
            LOG.warnf("pulling again source=%s partition=%d offset=%d", source, next.partition(), next.sourceOffset());
            var place = new TopicPartition(topics.names().changes(source), next.partition());
            long begin = peer.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
            firstLeft.put(next.partition(), begin);
            seek(peer, place, Math.max(next.sourceOffset(), begin));
        }
        List<Future<RecordMetadata>> appended = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : peer.poll(POLL)) {
            appended.add(copy.send(copied(topics.names().copy(source), record)));
            mean.add(record.value());
            pulled.merge(record.partition(), record.offset() + 1, Math::max);
        }
        if (!appended.isEmpty()) {
            lastPulledNanos = System.nanoTime();
        }
        for (Future<RecordMetadata> one : appended) {
            one.get();
        }
    }

    /** A record as it stands in the copy log. */
    public static ProducerRecord<byte[], byte[]> copied(String copyTopic, ConsumerRecord<byte[], byte[]> record) {
        return copied(copyTopic, record, record.offset());
    }

    /** @param sourceOffset where it stands at its source */
    static ProducerRecord<byte[], byte[]> copied(
            String copyTopic, ConsumerRecord<byte[], byte[]> record, long sourceOffset) {
        var copied = new ProducerRecord<byte[], byte[]>(copyTopic, record.partition(), null, record.value());
        byte[] offset = ByteBuffer.allocate(Long.BYTES).putLong(sourceOffset).array();
        copied.headers().add(SOURCE_OFFSET, offset);
        return copied;
    }

    /**
     * Behind the last record of each partition of the copy log. When it holds none (any more), at the beginning of what the source still has:
     * what was applied before is skipped by its position, and what is missing shows as a gap.
     */
    private Map<TopicPartition, Long> places() {
        String changes = topics.names().changes(source);
        Map<TopicPartition, Long> places = new HashMap<>();
        try (Consumer<byte[], byte[]> copy = KafkaClients.reader(topics.bootstrap(), "tail-" + source)) {
            List<TopicPartition> copied = IntStream.range(0, topics.names().partitions())
                    .mapToObj(partition -> new TopicPartition(topics.names().copy(source), partition))
                    .toList();
            TopicEnds ends = TopicEnds.read(copy, copied);
            copied.forEach(place -> places.put(
                    new TopicPartition(changes, place.partition()),
                    ends.of(place)
                            .last()
                            .map(record -> sourceOffset(record) + 1)
                            .orElse(FROM_THE_BEGINNING)));
        }
        return places;
    }
}
