package io.meridian.agent.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a topic must be so that nothing is lost in it. A topic that somebody else made, or changed later, may forget records before every region has
 * them, or refuse large ones: that shows when it is too late, so it is looked at before the first record. Pure.
 */
final class TopicRules {
    /** One source transaction's share of a partition must fit into one record: bounded by T_tx, not by Kafka. */
    static final int LARGEST_RECORD_BYTES = 48 << 20;

    private TopicRules() {}

    enum Kind {
        /** Records of changes, own or copied: nothing goes before its time. */
        LOG,
        /** Capture's checkpoint: the last one stays for ever. */
        CHECKPOINT
    }

    /** @param settings by name, as they hold for the topic, whoever set them @param replicas of the partition that has fewest */
    record Found(String topic, Kind kind, Map<String, String> settings, int replicas) {}

    /** @param refusals nothing may be sent or pulled until they are mended; each names the topic, the rule and the command @param warnings told once */
    record Verdict(List<String> refusals, List<String> warnings) {}

    static Verdict judge(Found found, Duration longestOutage, String bootstrap) {
        Map<String, String> mend = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        switch (found.kind()) {
            case LOG -> log(found, longestOutage, wrong, mend);
            case CHECKPOINT ->
                must(
                        found,
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        "the last checkpoint must never be forgotten",
                        wrong,
                        mend);
        }
        must(
                found,
                TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                "false",
                "a replica that lags would lead and what was acknowledged would be gone",
                wrong,
                mend);
        replicas(found, bootstrap, wrong, mend, warnings);
        String stamp = TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
        if (found.kind() == Kind.LOG && !"LogAppendTime".equals(found.settings().get(stamp))) {
            warnings.add("topic " + found.topic() + ": " + stamp + "="
                    + found.settings().get(stamp)
                    + ": retention counts by the agents' clocks, and a clock that is wrong shortens it; mend it by: "
                    + command(bootstrap, found.topic(), Map.of(stamp, "LogAppendTime")));
        }
        List<String> refusals = wrong.isEmpty()
                ? List.of()
                : List.of("topic " + found.topic() + ": " + String.join("; ", wrong) + ". Mend it by: "
                        + command(bootstrap, found.topic(), mend));
        return new Verdict(refusals, warnings);
    }

    private static void log(Found found, Duration longestOutage, List<String> wrong, Map<String, String> mend) {
        must(
                found,
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                "records have no keys to compact by",
                wrong,
                mend);
        long retention = number(found, TopicConfig.RETENTION_MS_CONFIG);
        if (retention >= 0 && retention < longestOutage.toMillis()) {
            wrong.add(
                    TopicConfig.RETENTION_MS_CONFIG + "=" + retention + " is shorter than the longest outage allowed, "
                            + longestOutage.toMillis()
                            + " ms (meridian.kafka.longest-outage): a region that is away for that long would come back to a gap");
            mend.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(longestOutage.toMillis()));
        }
        must(
                found,
                TopicConfig.RETENTION_BYTES_CONFIG,
                "-1",
                "records would go before their time under load",
                wrong,
                mend);
        long largest = number(found, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (largest < LARGEST_RECORD_BYTES) {
            wrong.add(TopicConfig.MAX_MESSAGE_BYTES_CONFIG + "=" + largest
                    + " is below the largest record that capture makes, " + LARGEST_RECORD_BYTES
                    + ": a large transaction would stop capture");
            mend.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(LARGEST_RECORD_BYTES));
        }
    }

    private static void replicas(
            Found found, String bootstrap, List<String> wrong, Map<String, String> mend, List<String> warnings) {
        String name = TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
        long inSync = number(found, name);
        if (inSync > found.replicas()) {
            wrong.add(name + "=" + inSync + " and " + found.replicas() + " replicas: every write would be refused");
            mend.put(name, Integer.toString(Math.max(1, found.replicas() - 1)));
        } else if (found.replicas() == 1) {
            warnings.add("topic " + found.topic() + " has one replica: a lost disk loses what no other region has yet");
        } else if (inSync < 2) {
            warnings.add("topic " + found.topic() + ": " + name + "=" + inSync + " of " + found.replicas()
                    + " replicas: a record may be acknowledged that one disk holds; mend it by: "
                    + command(bootstrap, found.topic(), Map.of(name, "2")));
        }
    }

    private static void must(
            Found found, String name, String value, String because, List<String> wrong, Map<String, String> mend) {
        String is = found.settings().get(name);
        if (!value.equals(is)) {
            wrong.add(name + "=" + is + ", and must be " + value + ": " + because);
            mend.put(name, value);
        }
    }

    private static long number(Found found, String name) {
        String text = found.settings().get(name);
        if (text == null) {
            throw new IllegalStateException("Kafka does not say " + name + " of topic " + found.topic());
        }
        return Long.parseLong(text);
    }

    private static String command(String bootstrap, String topic, Map<String, String> settings) {
        String set = String.join(
                ",",
                settings.entrySet().stream().map(TopicRules::setting).sorted().toList());
        return "kafka-configs.sh --bootstrap-server " + bootstrap + " --alter --entity-type topics --entity-name "
                + topic + " --add-config " + set;
    }

    private static String setting(Entry<String, String> setting) {
        return setting.getKey() + "=" + setting.getValue();
    }
}
