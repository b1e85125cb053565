package io.meridian.agent.transport;

import io.meridian.topology.RegionId;
import io.meridian.topology.ownership.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The log of a region that began anew, as far as it is known here: nobody writes it any more, but what it held must not be passed over. */
public final class EarlierLog {
    private final Topics names;
    private final String bootstrap;
    private final RegionId source;
    private final String sourceBootstrap;

    /** @param names as of the source's earlier life */
    public EarlierLog(Topics names, String bootstrap, RegionId source, String sourceBootstrap) {
        this.names = names;
        this.bootstrap = bootstrap;
        this.source = source;
        this.sourceBootstrap = sourceBootstrap;
    }

    /** What of it was not copied here; empty: nothing, all that the source's Kafka holds is in the copy log. */
    public Optional<String> uncopied() {
        try (Consumer<byte[], byte[]> copy = KafkaClients.reader(bootstrap, "ending-" + source);
                Consumer<byte[], byte[]> peer = KafkaClients.reader(sourceBootstrap, "ended-" + source)) {
            TopicEnds copied = TopicEnds.read(copy, places(names.copy(source)));
            List<TopicPartition> places = places(names.changes(source));
            Map<TopicPartition, Long> begins = peer.beginningOffsets(places);
            Map<TopicPartition, Long> ends = peer.endOffsets(places);
            for (TopicPartition place : places) {
                long end = ends.getOrDefault(place, 0L);
                long behind = copied.of(new TopicPartition(names.copy(source), place.partition()))
                        .last()
                        .map(record -> CopyPuller.sourceOffset(record) + 1)
                        .orElse(begins.getOrDefault(place, 0L));
                if (behind > end) {
                    return Optional.of("partition " + place.partition() + " ends at " + end + " there, and " + behind
                            + " records were copied from it: it was made anew");
                }
                if (behind < end) {
                    return Optional.of("records " + behind + " to " + (end - 1) + " of partition " + place.partition()
                            + " were not copied here yet");
                }
            }
            return Optional.empty();
        } catch (KafkaException | IllegalStateException e) {
            return Optional.of("its Kafka, or this region's, does not tell how far it went (" + e.getMessage() + ")");
        }
    }

    /** What of it was copied and not applied; empty: nothing. @param progress per partition, how far it was applied */
    public Optional<String> unapplied(Map<Integer, Position> progress) {
        try (Consumer<byte[], byte[]> copy = KafkaClients.reader(bootstrap, "ending-" + source)) {
            TopicEnds copied = TopicEnds.read(copy, places(names.copy(source)));
            for (TopicPartition place : places(names.copy(source))) {
                Optional<Position> last = copied.of(place)
                        .last()
                        .map(record -> RecordCodec.fromBytes(record.value(), place.partition())
                                .position());
                Position applied = progress.get(place.partition());
                if (last.isPresent() && (applied == null || !reached(applied, last.get()))) {
                    return Optional.of("partition " + place.partition() + " was copied up to " + last.get()
                            + " and applied up to " + (applied == null ? "nothing" : applied));
                }
            }
            return Optional.empty();
        } catch (KafkaException | IllegalStateException e) {
            return Optional.of("this region's Kafka does not answer (" + e.getMessage() + ")");
        }
    }

    private static boolean reached(Position applied, Position last) {
        return applied.incarnation().equals(last.incarnation()) && applied.compareTo(last) >= 0;
    }

    private List<TopicPartition> places(String topic) {
        return IntStream.range(0, names.partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }
}
