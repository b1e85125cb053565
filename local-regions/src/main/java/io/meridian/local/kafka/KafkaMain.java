package io.meridian.local.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** The broker's own process: formats its storage when that is new, then runs until SIGTERM. Argument: the broker's properties file. */
public final class KafkaMain {
    private KafkaMain() {}

    public static void main(String[] arguments) throws Exception {
        var properties = read(Path.of(arguments[0]));
        dieWith(arguments);
        format(properties);
        var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "kafka-shutdown"));
        server.startup();
        server.awaitShutdown();
    }

    private static Properties read(Path file) throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    /** A broker of a test ends with the test's process, even when that was killed. */
    private static void dieWith(String[] arguments) {
        if (arguments.length > 1) {
            ProcessHandle.of(Long.parseLong(arguments[1]))
                    .ifPresentOrElse(
                            parent -> Thread.ofVirtual().start(() -> haltAfter(parent)),
                            () -> Runtime.getRuntime().halt(0));
        }
    }

    private static void haltAfter(ProcessHandle parent) {
        parent.onExit().join();
        Runtime.getRuntime().halt(0);
    }

    private static void format(Properties properties) throws Exception {
        new Formatter()
                .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                .setClusterId(properties.getProperty("meridian.cluster.id"))
                .setControllerListenerName("CONTROLLER")
                .setDirectories(List.of(properties.getProperty("log.dirs")))
                .setMetadataLogDirectory(properties.getProperty("log.dirs"))
                .setIgnoreFormatted(true)
                .run();
        properties.remove("meridian.cluster.id");
    }
}
