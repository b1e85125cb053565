package io.meridian.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaServerIT {
    private static final TopicPartition PARTITION = new TopicPartition("letters", 0);

    @Test
    void whatWasAcknowledgedSurvivesAKill() throws Exception {
        try (var server = KafkaServer.temporary()) {
            createTopic(server.bootstrap());
            send(server.bootstrap(), "hello");

            server.kill();
            server.restart();

            assertThat(read(server.bootstrap())).isEqualTo("hello");
        }
    }

    @Test
    void aTopicThatNobodyMadeIsRefused() throws Exception {
        try (var server = KafkaServer.temporary()) {
            assertThatThrownBy(() -> send(server.bootstrap(), "hello")).hasMessageContaining("letters");
        }
    }

    static void createTopic(String bootstrap) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic("letters", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    static void send(String bootstrap, String text) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap, "acks", "all", "max.block.ms", 5_000),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("letters", text)).get(30, TimeUnit.SECONDS);
        }
    }

    static String read(String bootstrap) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            var records = consumer.poll(Duration.ofSeconds(30));
            return records.isEmpty() ? "" : records.iterator().next().value();
        }
    }
}
