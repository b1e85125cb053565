package io.meridian.agent.transport;

import io.meridian.agent.capture.Checkpoint;
import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.topology.ownership.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether the topic of changes still holds what the checkpoint says that Kafka acknowledged. A topic that was cut (a disk that was lost or set back, an
 * unclean election) looks like any other, and what is sent next would follow a hole: the store has forgotten it by then.
 */
final class TopicTail {
    private TopicTail() {}

    /** The end of a partition. */
    sealed interface Tail {
        /** Nothing was ever written. */
        record Never() implements Tail {}

        /** All that was written is older than the retention. */
        record Expired() implements Tail {}

        record Last(Position position) implements Tail {}
    }

    /** @throws StreamStoppedException records that were acknowledged are gone from the end of a partition */
    static void check(
            String changes, Consumer<byte[], byte[]> consumer, Optional<Checkpoint> checkpoint, String topicId) {
        // One of another topic, or of another store, is for capture's start to tell.
        checkpoint.filter(known -> known.incarnation().endsWith("." + topicId)).ifPresent(known -> {
            TopicEnds ends = TopicEnds.read(
                    consumer,
                    known.last().keySet().stream()
                            .map(partition -> new TopicPartition(changes, partition))
                            .toList());
            List<String> cut =
                    cut(known, partition -> tail(partition, ends.of(new TopicPartition(changes, partition))));
            if (!cut.isEmpty()) {
                throw new StreamStoppedException("topic " + changes
                        + " has lost records that Kafka had acknowledged, and the store no longer holds them: "
                        + String.join("; ", cut) + ". " + Cures.COPY_ANEW);
            }
        });
    }

    /** Pure but for {@code tail}. A stream of another incarnation is told by capture's start. */
    static List<String> cut(Checkpoint checkpoint, IntFunction<Tail> tail) {
        List<String> cut = new ArrayList<>();
        checkpoint.last().forEach((partition, last) -> {
            String lacks = switch (tail.apply(partition)) {
                case Tail.Never _ -> "nothing";
                case Tail.Expired _ -> "";
                case Tail.Last(Position position) ->
                    position.incarnation().equals(last.incarnation()) && position.compareTo(last) < 0
                            ? position.toString()
                            : "";
            };
            if (!lacks.isEmpty()) {
                cut.add("partition " + partition + " ends at " + lacks + ", the checkpoint at " + last);
            }
        });
        return cut;
    }

    private static Tail tail(int partition, TopicEnds.End end) {
        return end.neverWritten()
                ? new Tail.Never()
                : end.last()
                        .<Tail>map(record -> new Tail.Last(
                                RecordCodec.fromBytes(record.value(), partition).position()))
                        .orElse(new Tail.Expired());
    }
}
