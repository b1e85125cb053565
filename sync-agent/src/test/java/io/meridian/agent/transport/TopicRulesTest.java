package io.meridian.agent.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TopicRulesTest {
    private static final Map<String, String> GOOD = Map.of(
            "cleanup.policy", "delete",
            "retention.ms", "259200000",
            "retention.bytes", "-1",
            "max.message.bytes", "50331648",
            "unclean.leader.election.enable", "false",
            "min.insync.replicas", "2",
            "message.timestamp.type", "LogAppendTime");

    record Case(
            String name,
            TopicRules.Kind kind,
            String setting,
            String value,
            int replicas,
            String refusal,
            String warning) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case log(String name, String setting, String value, String refusal) {
        return new Case(name, TopicRules.Kind.LOG, setting, value, 3, refusal, "");
    }

    private static Case warned(String name, String setting, String value, int replicas, String warning) {
        return new Case(name, TopicRules.Kind.LOG, setting, value, replicas, "", warning);
    }

    static final List<Case> CASES = List.of(
            log("what capture makes is right", "retention.ms", "259200000", ""),
            log("exactly the longest outage is long enough", "retention.ms", "86400000", ""),
            log("for ever is long enough", "retention.ms", "-1", ""),
            log(
                    "a retention shorter than the longest outage is refused",
                    "retention.ms",
                    "86399999",
                    "retention.ms=86400000"),
            log("a limit in bytes is refused", "retention.bytes", "1000000000", "retention.bytes=-1"),
            log("compaction is refused", "cleanup.policy", "compact,delete", "cleanup.policy=delete"),
            log("a record that would not fit is refused", "max.message.bytes", "1048588", "max.message.bytes=50331648"),
            log(
                    "an unclean election is refused",
                    "unclean.leader.election.enable",
                    "true",
                    "unclean.leader.election.enable=false"),
            log("more replicas in sync than there are is refused", "min.insync.replicas", "4", "min.insync.replicas=2"),
            new Case(
                    "a checkpoint that may be forgotten is refused",
                    TopicRules.Kind.CHECKPOINT,
                    "cleanup.policy",
                    "delete",
                    3,
                    "cleanup.policy=compact",
                    ""),
            warned("one replica is warned of", "min.insync.replicas", "1", 1, "one replica"),
            warned("one replica in sync of three is warned of", "min.insync.replicas", "1", 3, "min.insync.replicas=2"),
            warned(
                    "retention by the agents' clocks is warned of",
                    "message.timestamp.type",
                    "CreateTime",
                    3,
                    "LogAppendTime"));

    @ParameterizedTest
    @FieldSource("CASES")
    void aTopicIsJudged(Case c) {
        Map<String, String> settings = new HashMap<>(GOOD);
        settings.put(c.setting(), c.value());

        TopicRules.Verdict verdict = TopicRules.judge(
                new TopicRules.Found("t", c.kind(), settings, c.replicas()), Duration.ofHours(24), "kafka:9092");

        if (c.refusal().isEmpty()) {
            assertThat(verdict.refusals()).isEmpty();
        } else {
            assertThat(verdict.refusals())
                    .singleElement()
                    .asString()
                    .endsWith(
                            "kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics --entity-name t"
                                    + " --add-config " + c.refusal());
        }
        if (c.warning().isEmpty()) {
            assertThat(verdict.warnings()).isEmpty();
        } else {
            assertThat(verdict.warnings()).singleElement().asString().contains(c.warning());
        }
    }
}
