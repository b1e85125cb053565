package io.meridian.local.kafka;

import io.meridian.local.Ports;
import io.meridian.local.process.DetachedProcess;
import io.meridian.local.process.Folders;
import io.meridian.local.process.ProcessIdentity;
import io.meridian.local.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** One Kafka (KRaft, broker and controller in one) as a child JVM that runs {@link KafkaMain}. The log is {@code folder/log}. */
public final class KafkaServer implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final Path folder;
    private final BrokerProperties properties;
    private final boolean temporary;
    private final Consumer<ProcessIdentity> spawned;
    private volatile ProcessIdentity process;

    private KafkaServer(Path folder, BrokerProperties properties, boolean temporary, Consumer<ProcessIdentity> spawned)
            throws IOException, InterruptedException {
        this.folder = folder.toAbsolutePath();
        this.properties = properties;
        this.temporary = temporary;
        this.spawned = spawned;
        this.process = launch();
    }

    /** Formats the storage when it is new, starts, and waits until the broker answers. */
    public static KafkaServer start(Path folder, BrokerProperties properties) throws IOException, InterruptedException {
        return start(folder, properties, _ -> {});
    }

    /** @param spawned hears of the process before it is ready */
    public static KafkaServer start(Path folder, BrokerProperties properties, Consumer<ProcessIdentity> spawned)
            throws IOException, InterruptedException {
        return new KafkaServer(folder, properties, false, spawned);
    }

    /** For tests: one KRaft broker and controller, free ports, 127.0.0.1; a temporary folder, removed on close. */
    public static KafkaServer temporary() throws IOException, InterruptedException {
        return temporary(List.of(BrokerProperties.Listener.plain("OWN", Ports.free())));
    }

    /**
     * As {@link #temporary}, with a listener for other regions that is advertised at {@code linkPort}: there has to be a proxy, whose target is {@link
     * #peersPort}.
     */
    public static KafkaServer temporaryBehind(int linkPort) throws IOException, InterruptedException {
        return temporary(List.of(
                BrokerProperties.Listener.plain("OWN", Ports.free()),
                new BrokerProperties.Listener("PEERS", Ports.free(), linkPort)));
    }

    private static KafkaServer temporary(List<BrokerProperties.Listener> listeners)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("meridian-kafka-");
        var properties = new BrokerProperties(folder.resolve("data"), Ports.free(), listeners);
        var server = new KafkaServer(folder, properties, true, _ -> {});
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "kafka-cleanup"));
        return server;
    }

    /** Of the first listener. */
    public String bootstrap() {
        return "127.0.0.1:" + properties.listeners().getFirst().port();
    }

    /** Where the listener for other regions is, or the only one. */
    public int peersPort() {
        return properties.listeners().getLast().port();
    }

    public long pid() {
        return process.pid();
    }

    public ProcessIdentity process() {
        return process;
    }

    public Path log() {
        return folder.resolve("log");
    }

    public void stop() {
        uninterrupted(() -> process.stop("TERM", STOP_LIMIT));
    }

    /** SIGKILL, as a crash of the broker. */
    public void kill() {
        uninterrupted(process::kill);
    }

    /** Starts again, after a stop or a kill, with the same data and ports. Stops first when it runs. */
    public void restart() {
        uninterrupted(() -> {
            process.stop("TERM", STOP_LIMIT);
            process = launch();
        });
    }

    @Override
    public void close() {
        if (temporary) {
            kill();
            uninterrupted(() -> Folders.remove(folder));
        } else {
            stop();
        }
    }

    private ProcessIdentity launch() throws IOException, InterruptedException {
        Files.createDirectories(properties.data());
        Path configuration = folder.resolve("broker.properties");
        Folders.write(configuration, properties.render(), "rw-r--r--");
        Path logging = folder.resolve("logging.properties");
        Folders.write(logging, LOGGING, "rw-r--r--");
        List<String> command = new ArrayList<>(List.of(
                DetachedProcess.java(),
                "-Xmx256m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:ActiveProcessorCount=1",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.config.file=" + logging,
                "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider", // whatever else is on the class path of who starts
                // it
                "-Dkafka.logs.dir=" + folder,
                KafkaMain.class.getName(),
                configuration.toString()));
        if (temporary) {
            command.add(Long.toString(ProcessHandle.current().pid()));
        }
        // By the environment, not as an argument: a class path of a hundred jars would bury everything else in a
        // process list.
        var started = DetachedProcess.start(command, folder, log(), Map.of("CLASSPATH", DetachedProcess.classPath()));
        spawned.accept(started);
        try {
            Waiting.until("Kafka on " + bootstrap(), started, log(), Duration.ofSeconds(90), this::answers);
        } catch (IOException failed) {
            started.kill();
            throw failed;
        }
        return started;
    }

    private boolean answers() throws Exception {
        try (var probe = new java.net.Socket()) {
            probe.connect(
                    new java.net.InetSocketAddress(
                            java.net.InetAddress.getLoopbackAddress(),
                            properties.listeners().getFirst().port()),
                    500);
        }
        try (var admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000))) {
            return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
        }
    }

    private static final String LOGGING = """
            handlers=java.util.logging.ConsoleHandler
            .level=WARNING
            kafka.server.KafkaRaftServer.level=INFO
            java.util.logging.ConsoleHandler.level=INFO
            java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter
            java.util.logging.SimpleFormatter.format=%1$tF %1$tT.%1$tL %4$s %3$s %5$s%6$s%n
            """;

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    private static void uninterrupted(Act act) {
        try {
            act.run();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
