package io.meridian.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.kafka.KafkaServer;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.List;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A real broker that has nothing to say, and one that is gone. */
class PeerHearingIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void aBrokerWithNothingNewIsHeardAndOneThatIsGoneIsNot() throws Exception {
        try (KafkaServer kafka = KafkaServer.temporary()) {
            Topics topics = new Topics("heard", RegionId.of("east"), 2);
            topics.ensure(kafka.bootstrap(), List.of(RegionId.of("west")), Duration.ofDays(1));
            var hearing = new PeerHearing(System::nanoTime);
            try (Consumer<byte[], byte[]> idle = KafkaClients.consumer(kafka.bootstrap(), "idle")) {
                idle.assign(List.of(new TopicPartition(topics.changes(), 0)));
                idle.seekToBeginning(idle.assignment());
                long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
                long longest = 0;
                while (System.nanoTime() < until) {
                    longest = Math.max(longest, look(idle, hearing));
                }
                assertThat(longest)
                        .as("longest silence of an idle broker in ms")
                        .isLessThan(3000);

                kafka.kill();

                assertThat(until(idle, hearing, silent -> silent >= 4000)).isGreaterThanOrEqualTo(4000);
            }
        }
    }

    private static long until(Consumer<byte[], byte[]> idle, PeerHearing hearing, LongPredicate so) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long silent = look(idle, hearing);
        while (!so.test(silent) && System.nanoTime() < deadline) {
            silent = look(idle, hearing);
        }
        return silent;
    }

    private static long look(Consumer<byte[], byte[]> idle, PeerHearing hearing) {
        idle.poll(Duration.ofMillis(100));
        hearing.looked(KafkaClients.fetchesAnswered(idle));
        return hearing.silentMillis().orElseThrow();
    }
}
