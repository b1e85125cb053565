package io.meridian.local.kafka;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A broker's configuration: one node, its own controller, few threads, small segments; nothing about durability is weakened.
 *
 * @param listeners at least one; the first is that of the own region and of the broker itself
 */
public record BrokerProperties(Path data, int controllerPort, List<Listener> listeners) {
    /**
     * @param port where the broker listens
     * @param advertisedPort where its clients are told to connect: the same, or a link proxy
     */
    public record Listener(String name, int port, int advertisedPort) {
        public static Listener plain(String name, int port) {
            return new Listener(name, port, port);
        }
    }

    /** As a properties file. */
    public String render() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("meridian.cluster.id", "meridianLocalCluster00");
        all.put("process.roles", "broker,controller");
        all.put("node.id", "1");
        all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("listeners", joined(Listener::port) + ",CONTROLLER://127.0.0.1:" + controllerPort);
        all.put("advertised.listeners", joined(Listener::advertisedPort));
        all.put(
                "listener.security.protocol.map",
                listeners.stream()
                                .map(listener -> listener.name() + ":PLAINTEXT")
                                .collect(Collectors.joining(",")) + ",CONTROLLER:PLAINTEXT");
        all.put("inter.broker.listener.name", listeners.getFirst().name());
        all.put("log.dirs", data.toString());
        all.put("auto.create.topics.enable", "false");
        all.put("unclean.leader.election.enable", "false");
        all.put("offsets.topic.num.partitions", "1");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.num.partitions", "1");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.min.isr", "1");
        all.put("default.replication.factor", "1");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("num.network.threads", "2");
        all.put("num.io.threads", "2");
        all.put("background.threads", "2");
        all.put("num.recovery.threads.per.data.dir", "1");
        all.put("num.replica.fetchers", "1");
        all.put("log.segment.bytes", "16777216");
        all.put("log.index.size.max.bytes", "262144");
        all.put("log.cleaner.threads", "1");
        all.put("log.cleaner.dedupe.buffer.size", "4194304");
        all.put("log.cleaner.io.buffer.size", "65536");
        all.put("message.max.bytes", "16777216");
        all.put("replica.fetch.max.bytes", "16777216");
        all.put("controlled.shutdown.enable", "false");
        all.put("metadata.log.segment.bytes", "16777216");
        // A broker that was killed may come back only when its old session has lapsed; controller and broker starve
        // together, so a short
        // session costs nothing.
        all.put("broker.session.timeout.ms", "5000");
        all.put("broker.heartbeat.interval.ms", "1000");
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private String joined(java.util.function.ToIntFunction<Listener> port) {
        return listeners.stream()
                .map(listener -> listener.name() + "://127.0.0.1:" + port.applyAsInt(listener))
                .collect(Collectors.joining(","));
    }
}
