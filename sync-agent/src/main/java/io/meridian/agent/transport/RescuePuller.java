package io.meridian.agent.transport;

import io.meridian.agent.failover.MissingBases;
import io.meridian.agent.running.Running;
import io.meridian.agent.running.Work;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * What a silent region can give no more is read from the copy logs of the others and appended to the own one, like any pulled record: the chain of
 * predecessors guards it, and a pull that goes on later appends some of it once more.
 *
 * @see "PROTOCOL 4 and 6, alignment (2)"
 */
public final class RescuePuller implements Work {
    private static final Logger LOG = Logger.getLogger(RescuePuller.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** A region that speaks gives what is missing by itself; its heartbeat comes once a second. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /** Nobody has it, or nobody answers. */
    private static final Duration IN_VAIN = Duration.ofSeconds(2);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    /** Nearer than this, reading on costs less than asking. */
    private static final long NEAR = 500;

    private final OwnTopics topics;
    private final Map<RegionId, String> peers;
    private final Collection<CopyPuller> pullers;
    private final MissingBases missing;

    /** @param peers Kafka of every other region */
    public RescuePuller(
            OwnTopics topics, Map<RegionId, String> peers, Collection<CopyPuller> pullers, MissingBases missing) {
        this.topics = topics;
        this.peers = Map.copyOf(peers);
        this.pullers = List.copyOf(pullers);
        this.missing = missing;
    }

    @Override
    public void run(Running running) throws Exception {
        topics.ready();
        running.well();
        while (running.wanted()) {
            Optional<String> trouble = Optional.empty();
            boolean inVain = false;
            for (var wanted : missing.longerThan(PATIENCE).entrySet()) {
                if (isSilent(wanted.getKey())) {
                    Rescue rescue = rescue(wanted.getKey(), wanted.getValue());
                    trouble = rescue.trouble().isPresent() ? rescue.trouble() : trouble;
                    inVain |= rescue.records() == 0;
                }
            }
            trouble.ifPresentOrElse(running::ailing, running::well);
            LockSupport.parkNanos((inVain ? IN_VAIN : LOOK).toNanos());
        }
    }

    private boolean isSilent(RegionId source) {
        return pullers.stream()
                .anyMatch(puller ->
                        puller.source().equals(source) && puller.silence().compareTo(SILENCE) >= 0);
    }

    /** @param trouble who could not be asked, if nobody else had more */
    private record Rescue(long records, Optional<String> trouble) {}

    /** From the first that has more, those that are known to hold it before the others. */
    private Rescue rescue(RegionId source, MissingBases.Wanted wanted) throws Exception {
        Set<RegionId> others = new LinkedHashSet<>(wanted.holders());
        peers.keySet().stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .forEach(others::add);
        others.remove(source);
        Optional<String> trouble = Optional.empty();
        for (RegionId other : others) {
            String bootstrap = peers.get(other);
            if (bootstrap == null) {
                continue;
            }
            try {
                long appended = append(source, wanted.partitions(), other, bootstrap);
                if (appended > 0) {
                    LOG.infof(
                            "a silent region's records came from another's copy log source=%s from=%s records=%d partitions=%s",
                            source, other, appended, wanted.partitions());
                    return new Rescue(appended, Optional.empty());
                }
            } catch (KafkaException | IllegalStateException e) {
                trouble = Optional.of(
                        "what is missing of " + source + " could not be read from " + other + ": " + e.getMessage());
            }
        }
        return new Rescue(0, trouble);
    }

    private long append(RegionId source, Set<Integer> partitions, RegionId holder, String bootstrap) throws Exception {
        String own = topics.names().copy(source);
        String theirs = topics.names().copy(source, holder);
        Map<TopicPartition, Long> next = nextWanted(partitions.stream()
                .map(partition -> new TopicPartition(own, partition))
                .toList());
        try (Consumer<byte[], byte[]> log = KafkaClients.reader(bootstrap, "rescue-" + source);
                Producer<byte[], byte[]> copy = KafkaClients.producer(topics.bootstrap(), "rescue-" + source)) {
            long appended = 0;
            for (var place : next.entrySet()) {
                appended += append(
                        log, copy, new TopicPartition(theirs, place.getKey().partition()), own, place.getValue());
            }
            return appended;
        }
    }

    private static final long ANYTHING = -1;

    /** Source offset behind the last record of the own copy log. */
    private Map<TopicPartition, Long> nextWanted(List<TopicPartition> places) {
        Map<TopicPartition, Long> next = new HashMap<>();
        try (Consumer<byte[], byte[]> own = KafkaClients.reader(topics.bootstrap(), "rescue-tail")) {
            TopicEnds ends = TopicEnds.read(own, places);
            for (TopicPartition place : places) {
                next.put(
                        place,
                        ends.of(place)
                                .last()
                                .map(record -> CopyPuller.sourceOffset(record) + 1)
                                .orElse(ANYTHING));
            }
        }
        return next;
    }

    /** Without a hole: a record whose predecessor in the source's topic is missing is not appended. */
    private long append(
            Consumer<byte[], byte[]> log,
            Producer<byte[], byte[]> copy,
            TopicPartition place,
            String ownTopic,
            long from)
            throws Exception {
        log.assign(List.of(place));
        long begin = log.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
        long end = log.endOffsets(List.of(place)).getOrDefault(place, 0L);
        log.seek(place, from == ANYTHING ? begin : lastBelow(log, place, from, begin, end));
        long expected = from;
        long appended = 0;
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (log.position(place) < end && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : log.poll(POLL)) {
                deadline = System.nanoTime() + LIMIT.toNanos();
                long offset = CopyPuller.sourceOffset(record);
                if (expected == ANYTHING || offset == expected) {
                    sent.add(copy.send(CopyPuller.copied(ownTopic, record, offset)));
                    expected = offset + 1;
                    appended++;
                }
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
            sent.clear();
        }
        return appended;
    }

    /** A place before the wanted record; of records that stand there several times any will do, for what follows follows each. */
    private static long lastBelow(
            Consumer<byte[], byte[]> log, TopicPartition place, long sourceOffset, long begin, long end) {
        long low = begin;
        long high = end;
        while (high - low > NEAR) {
            long middle = low + (high - low) / 2;
            if (sourceOffsetAt(log, place, middle) < sourceOffset) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long sourceOffsetAt(Consumer<byte[], byte[]> log, TopicPartition place, long offset) {
        log.seek(place, offset);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : log.poll(POLL)) {
                return CopyPuller.sourceOffset(record);
            }
        }
        throw new IllegalStateException(place + " does not give its record " + offset);
    }
}
