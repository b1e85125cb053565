package io.meridian.agent.transport;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The last record of partitions, all asked for at once: one after the other, each would wait for the fetch that the one before left under way, half a
 * second at a partition's end.
 */
final class TopicEnds {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);

    /** @param last empty: nothing was ever written, or all of it is older than the retention */
    record End(long begin, long end, Optional<ConsumerRecord<byte[], byte[]>> last) {
        boolean neverWritten() {
            return end == 0;
        }
    }

    private final Map<TopicPartition, End> ends;

    private TopicEnds(Map<TopicPartition, End> ends) {
        this.ends = ends;
    }

    /** @param place one that was asked for */
    End of(TopicPartition place) {
        End end = ends.get(place);
        if (end == null) {
            throw new IllegalStateException(place + " was not asked for");
        }
        return end;
    }

    /** Leaves the consumer without partitions. */
    static TopicEnds read(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> places) {
        consumer.assign(places); // It warns of offsets that nobody can use, and asking is not using.
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(places);
        Map<TopicPartition, End> ends = new HashMap<>();
        Map<TopicPartition, Long> missing = new HashMap<>();
        consumer.endOffsets(places).forEach((place, end) -> {
            long begin = begins.getOrDefault(place, 0L);
            ends.put(place, new End(begin, end, Optional.empty()));
            if (begin < end) {
                missing.put(place, end);
            }
        });
        consumer.assign(missing.keySet());
        missing.forEach((place, end) -> consumer.seek(place, end - 1));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!missing.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                var place = new TopicPartition(record.topic(), record.partition());
                // Others may have been written since: the first that comes is what was the last.
                if (missing.remove(place) != null) {
                    ends.computeIfPresent(
                            place, (_, found) -> new End(found.begin(), found.end(), Optional.of(record)));
                }
            }
            if (!missing.isEmpty() && System.nanoTime() > deadline) {
                throw new IllegalStateException("the last record did not come of these, which end there: " + missing);
            }
        }
        consumer.unsubscribe();
        return new TopicEnds(ends);
    }
}
