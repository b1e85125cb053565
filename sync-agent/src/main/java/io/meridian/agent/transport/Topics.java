package io.meridian.agent.transport;

import io.meridian.agent.capture.StreamStoppedException;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of one region's store group, all in the region's own Kafka. A store that began anew has a log of its own, and so have those that copy it.
 *
 * @param lives of regions behind their first, this one's own among them; whose log is meant
 */
public record Topics(String group, RegionId region, int partitions, Map<RegionId, Integer> lives) {
    /** How long a region may be away and still find what it lacks, unless a longer outage is allowed. */
    private static final Duration RETENTION = Duration.ofDays(3);

    static final int LARGEST_RECORD_BYTES = TopicRules.LARGEST_RECORD_BYTES;

    private static final int PATIENCE_MS = 15_000;
    private static final Config NOT_TOLD = new Config(List.of());

    public Topics {
        lives = Map.copyOf(lives);
    }

    /** Of regions that never began anew. */
    public Topics(String group, RegionId region, int partitions) {
        this(group, region, partitions, Map.of());
    }

    /** @param ids by topic: another one than before when it was made anew @param warnings what may cost data one day, and stops nothing */
    record Ready(Map<String, String> ids, List<String> warnings) {}

    public String changes() {
        return changes(region);
    }

    public String changes(RegionId source) {
        return "meridian.changes." + group + "." + source + suffix(life(source));
    }

    public String copy(RegionId source) {
        return copy(source, region);
    }

    /** As {@code holder} keeps it in its Kafka: what the database before it had copied is not in that region's present one. */
    String copy(RegionId source, RegionId holder) {
        String copy = "meridian.copy." + group + "." + source + suffix(life(source));
        return life(holder) == 1 ? copy : copy + ".in" + suffix(life(holder));
    }

    public String capture() {
        return "meridian.capture." + group + "." + region + suffix(life(region));
    }

    private int life(RegionId of) {
        return lives.getOrDefault(of, 1);
    }

    private static String suffix(int life) {
        return life == 1 ? "" : "." + life;
    }

    /**
     * Creates what is missing of the own topics, and looks at what is there.
     *
     * @throws StreamStoppedException a topic is not what {@link TopicRules} asks for
     */
    Ready ensure(String bootstrap, Collection<RegionId> sources, Duration longestOutage)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = admin(bootstrap)) {
            List<NewTopic> wanted = wanted(sources, longestOutage);
            Map<String, TopicDescription> found = describe(admin, wanted);
            if (found.size() < wanted.size()) {
                for (NewTopic topic : wanted) {
                    if (!found.containsKey(topic.name())) {
                        create(admin, topic);
                    }
                }
                found = awaitAll(admin, wanted);
            }
            List<String> refusals = new ArrayList<>();
            List<String> warnings = new ArrayList<>();
            Map<String, Config> settings = settings(admin, wanted);
            for (NewTopic topic : wanted) {
                TopicDescription description = existing(found, topic.name());
                int partitionsFound = description.partitions().size();
                if (partitionsFound != topic.numPartitions()) {
                    refusals.add("topic " + topic.name() + " has " + partitionsFound + " partitions, the store group "
                            + topic.numPartitions() + ": they are fixed when it is made");
                }
                TopicRules.Verdict verdict = TopicRules.judge(
                        found(topic, description, settings.getOrDefault(topic.name(), NOT_TOLD)),
                        longestOutage,
                        bootstrap);
                refusals.addAll(verdict.refusals());
                warnings.addAll(verdict.warnings());
            }
            if (!refusals.isEmpty()) {
                throw new StreamStoppedException(String.join(" | ", refusals));
            }
            return new Ready(ids(found), warnings);
        }
    }

    /** Ids of the own topics that are there now; nothing is made. */
    Map<String, String> ids(String bootstrap, Collection<RegionId> sources)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = admin(bootstrap)) {
            return ids(describe(admin, wanted(sources, RETENTION)));
        }
    }

    private static Map<String, String> ids(Map<String, TopicDescription> found) {
        Map<String, String> ids = new TreeMap<>();
        found.forEach((name, description) -> ids.put(name, description.topicId().toString()));
        return ids;
    }

    private static Admin admin(String bootstrap) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS));
    }

    private List<NewTopic> wanted(Collection<RegionId> sources, Duration longestOutage) {
        Duration retention = longestOutage.compareTo(RETENTION) > 0 ? longestOutage : RETENTION;
        List<NewTopic> wanted = new ArrayList<>();
        wanted.add(log(changes(), retention));
        sources.forEach(source -> wanted.add(log(copy(source), retention)));
        wanted.add(new NewTopic(capture(), Optional.of(1), Optional.empty())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                        "false")));
        return wanted;
    }

    private TopicRules.Found found(NewTopic topic, TopicDescription description, Config settings) {
        return new TopicRules.Found(
                topic.name(),
                topic.name().equals(capture()) ? TopicRules.Kind.CHECKPOINT : TopicRules.Kind.LOG,
                settings.entries().stream()
                        .filter(entry -> entry.value() != null)
                        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value)),
                description.partitions().stream()
                        .mapToInt(partition -> partition.replicas().size())
                        .min()
                        .orElse(0));
    }

    private static Map<String, Config> settings(Admin admin, List<NewTopic> topics)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Config> settings = new HashMap<>();
        admin.describeConfigs(topics.stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                        .toList())
                .all()
                .get(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .forEach((resource, config) -> settings.put(resource.name(), config));
        return settings;
    }

    /** Kafka answers a creation before every metadata request shows it. */
    private static Map<String, TopicDescription> awaitAll(Admin admin, List<NewTopic> wanted)
            throws ExecutionException, InterruptedException, TimeoutException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        Map<String, TopicDescription> found = describe(admin, wanted);
        while (found.size() < wanted.size() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50);
            found = describe(admin, wanted);
        }
        return found;
    }

    private static TopicDescription existing(Map<String, TopicDescription> found, String topic) {
        TopicDescription description = found.get(topic);
        if (description == null) {
            throw new IllegalStateException("topic " + topic + " was made, but Kafka does not know it yet");
        }
        return description;
    }

    private NewTopic log(String name, Duration retention) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(retention.toMillis()),
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        "-1",
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(LARGEST_RECORD_BYTES),
                        TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                        "false",
                        // By the broker's clock: an agent's that is wrong would shorten the retention, and an hour
                        // ahead
                        // be refused.
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "LogAppendTime"));
    }

    private static void create(Admin admin, NewTopic topic)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            admin.createTopics(List.of(topic)).all().get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static Map<String, TopicDescription> describe(Admin admin, List<NewTopic> wanted)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, TopicDescription> found = new HashMap<>();
        var answers = admin.describeTopics(wanted.stream().map(NewTopic::name).toList())
                .topicNameValues();
        for (var answer : answers.entrySet()) {
            try {
                found.put(answer.getKey(), answer.getValue().get(PATIENCE_MS, TimeUnit.MILLISECONDS));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return found;
    }
}
