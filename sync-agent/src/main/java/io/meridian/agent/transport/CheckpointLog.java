package io.meridian.agent.transport;

import io.meridian.agent.capture.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** The compacted topic that holds capture's checkpoint: its last record is the one that counts. */
final class CheckpointLog {
    private static final byte[] KEY = "checkpoint".getBytes(StandardCharsets.UTF_8);

    private final String topic;

    CheckpointLog(String topic) {
        this.topic = topic;
    }

    Optional<Checkpoint> read(Consumer<byte[], byte[]> consumer) {
        var place = new TopicPartition(topic, 0);
        TopicEnds.End end = TopicEnds.read(consumer, List.of(place)).of(place);
        if (!end.neverWritten() && end.last().isEmpty()) {
            throw new IllegalStateException(
                    "topic " + topic + " ends at " + end.end() + ", but its last checkpoint is gone");
        }
        return end.last().map(found -> RecordCodec.checkpoint(found.value()));
    }

    Future<RecordMetadata> write(Producer<byte[], byte[]> producer, Checkpoint checkpoint) {
        return producer.send(new ProducerRecord<>(topic, 0, KEY, RecordCodec.toBytes(checkpoint)));
    }
}
