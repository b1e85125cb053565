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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of one region's store group, all in the region's own Kafka. */
public record Topics(String group, RegionId region, int partitions) {
    /** How long a region may be away and still find what it lacks. Production may set it longer on the topic; never below 24 h. */
    private static final Duration RETENTION = Duration.ofDays(3);
    /** One source transaction's share of a partition must fit into one record: bounded by T_tx, not by Kafka. */
    static final int LARGEST_RECORD_BYTES = 48 << 20;

    private static final int PATIENCE_MS = 15_000;

    public String changes() {
        return changes(region);
    }

    public String changes(RegionId source) {
        return "meridian.changes." + group + "." + source;
    }

    public String copy(RegionId source) {
        return "meridian.copy." + group + "." + source;
    }

    public String capture() {
        return "meridian.capture." + group + "." + region;
    }

    /** Creates what is missing of the own topics. @return the id of the topic of changes: part of the stream's incarnation */
    public String ensure(String bootstrap, Collection<RegionId> sources)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS))) {
            List<NewTopic> wanted = new ArrayList<>();
            wanted.add(log(changes()));
            sources.forEach(source -> wanted.add(log(copy(source))));
            wanted.add(new NewTopic(capture(), Optional.of(1), Optional.empty())
                    .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
            Map<String, TopicDescription> found = describe(admin, wanted);
            for (NewTopic topic : wanted) {
                if (!found.containsKey(topic.name())) {
                    create(admin, topic);
                }
            }
            found = awaitAll(admin, wanted);
            for (NewTopic topic : wanted) {
                int partitionsFound = existing(found, topic.name()).partitions().size();
                if (partitionsFound != topic.numPartitions()) {
                    throw new StreamStoppedException(
                            "topic " + topic.name() + " has " + partitionsFound + " partitions, the store group "
                                    + topic.numPartitions() + ": they are fixed when it is made");
                }
            }
            return existing(found, changes()).topicId().toString();
        }
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

    private NewTopic log(String name) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(RETENTION.toMillis()),
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        "-1",
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(LARGEST_RECORD_BYTES),
                        TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                        "false"));
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
