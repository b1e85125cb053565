package io.meridian.local.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.FreeBase;
import io.meridian.local.Ports;
import io.meridian.local.kafka.BrokerProperties;
import io.meridian.local.kafka.BrokerProperties.Listener;
import io.meridian.local.kafka.KafkaServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaThroughLinkIT {
    @Test
    void everyConnectionOfAnotherRegionsClientGoesThroughTheLink(@TempDir Path folder) throws Exception {
        Ports ports = FreeBase.of(2);
        int viaLink = ports.link(1, 0, Ports.Carried.KAFKA);
        var properties = new BrokerProperties(
                folder.resolve("data"),
                ports.of(0, Ports.Part.KAFKA_CONTROLLER),
                List.of(
                        Listener.plain("OWN", ports.of(0, Ports.Part.KAFKA)),
                        new Listener("WEST", ports.kafkaFor(0, 1), viaLink)));
        try (var proxies = LinkProxies.open(ports, List.of("east", "west"));
                var broker = KafkaServer.start(folder, properties)) {
            createTopic(broker.bootstrap());
            try (var producer = producer("127.0.0.1:" + viaLink)) {
                assertThat(send(producer)).isZero();

                proxies.set("west", "east", LinkState.STALLED);
                assertThatThrownBy(() -> send(producer))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(TimeoutException.class);

                proxies.set("west", "east", LinkState.DOWN);
                assertThatThrownBy(() -> send(producer))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(TimeoutException.class);

                proxies.set("west", "east", LinkState.UP);
                assertThat(send(producer)).isPositive();
            }
        }
    }

    private static void createTopic(String bootstrap) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic("letters", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static KafkaProducer<String, String> producer(String bootstrap) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrap,
                        "acks", "all",
                        "linger.ms", 0,
                        "request.timeout.ms", 1_500,
                        "delivery.timeout.ms", 2_000,
                        "max.block.ms", 20_000),
                new StringSerializer(),
                new StringSerializer());
    }

    private static long send(KafkaProducer<String, String> producer) throws Exception {
        return producer.send(new ProducerRecord<>("letters", "hello"))
                .get(60, TimeUnit.SECONDS)
                .offset();
    }
}
