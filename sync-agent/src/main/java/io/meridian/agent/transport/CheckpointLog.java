package io.meridian.agent.transport;

import io.meridian.agent.capture.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** The compacted topic that holds capture's checkpoint: its last record is the one that counts. */
final class CheckpointLog {
    private static final byte[] KEY = "checkpoint".getBytes(StandardCharsets.UTF_8);
    private static final Duration READ_LIMIT = Duration.ofSeconds(15);

    private final String topic;

    CheckpointLog(String topic) {
        this.topic = topic;
    }

    Optional<Checkpoint> read(Consumer<byte[], byte[]> consumer) {
        var place = new TopicPartition(topic, 0);
        long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
        if (end == 0) {
            return Optional.empty();
        }
        consumer.assign(List.of(place));
        consumer.seek(place, end - 1);
        long deadline = System.nanoTime() + READ_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofMillis(200))) {
                return Optional.of(RecordCodec.checkpoint(found.value()));
            }
        }
        throw new IllegalStateException(
                "topic " + topic + " ends at " + end + ", but its last checkpoint did not come");
    }

    Future<RecordMetadata> write(Producer<byte[], byte[]> producer, Checkpoint checkpoint) {
        return producer.send(new ProducerRecord<>(topic, 0, KEY, RecordCodec.toBytes(checkpoint)));
    }
}
