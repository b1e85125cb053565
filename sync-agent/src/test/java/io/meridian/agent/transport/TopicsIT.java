package io.meridian.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.local.kafka.KafkaServer;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a real broker says of topics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicsIT {
    private static final List<RegionId> PEERS = List.of(RegionId.of("west"));
    private static final Duration DAY = Duration.ofHours(24);

    private KafkaServer kafka;

    @BeforeAll
    void aBroker() throws Exception {
        kafka = KafkaServer.temporary();
    }

    @AfterAll
    void end() {
        kafka.close();
    }

    @Test
    void whatTheAgentMakesIsRightAndWarnsOfTheOneReplica() throws Exception {
        Topics topics = new Topics("made", RegionId.of("east"), 2);

        Topics.Ready made = topics.ensure(kafka.bootstrap(), PEERS, Duration.ofDays(4));

        assertThat(made.ids())
                .containsOnlyKeys(
                        "meridian.changes.made.east", "meridian.copy.made.west", "meridian.capture.made.east");
        assertThat(made.warnings())
                .hasSize(3)
                .allSatisfy(warning -> assertThat(warning).contains("one replica"));
        assertThat(topics.ensure(kafka.bootstrap(), PEERS, Duration.ofDays(4))).isEqualTo(made);
    }

    @Test
    void aRetentionShorterThanTheLongestOutageIsRefusedUntilTheCommandWasRun() throws Exception {
        Topics topics = new Topics("short", RegionId.of("east"), 2);
        topics.ensure(kafka.bootstrap(), PEERS, DAY);
        set(topics.changes(), "retention.ms", "3600000");

        assertThatThrownBy(() -> topics.ensure(kafka.bootstrap(), PEERS, DAY))
                .isInstanceOf(StreamStoppedException.class)
                .hasMessageContaining("retention.ms=3600000 is shorter than the longest outage allowed, 86400000 ms")
                .hasMessageEndingWith("--entity-name meridian.changes.short.east --add-config retention.ms=86400000");

        set(topics.changes(), "retention.ms", "86400000");
        assertThat(topics.ensure(kafka.bootstrap(), PEERS, DAY).ids()).hasSize(3);
    }

    @Test
    void aTopicThatWasDeletedOrMadeAnewIsNoticed() throws Exception {
        Topics names = new Topics("gone", RegionId.of("east"), 2);
        OwnTopics topics = new OwnTopics(names, kafka.bootstrap(), PEERS, DAY);
        topics.ready();
        assertThat(topics.changed()).isEmpty();

        delete(names.changes());
        assertThat(topics.changed()).containsExactly(Map.entry(names.changes(), "was deleted"));

        topics.ready();
        delete(names.changes());
        new OwnTopics(names, kafka.bootstrap(), PEERS, DAY).ready();
        assertThat(topics.changed()).containsExactly(Map.entry(names.changes(), "was deleted and made anew"));
    }

    private void delete(String topic) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            admin.deleteTopics(List.of(topic)).all().get();
            io.meridian.agent.stream.Awaiting.await(
                    topic + " is gone",
                    30,
                    () -> !admin.listTopics().names().get().contains(topic),
                    () -> admin.listTopics().names().get());
        }
    }

    private void set(String topic, String name, String value) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }
}
