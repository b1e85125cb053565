package io.meridian.bench;

import io.meridian.local.Checkout;
import io.meridian.local.Ports;
import io.meridian.local.process.DetachedProcess;
import io.meridian.local.process.Folders;
import io.meridian.local.process.ProcessIdentity;
import io.meridian.local.process.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * Control-plane nodes of their own, as processes, with timeouts for one data centre: an election begins 150 to 300 ms after the leader was heard
 * last. Nothing else runs beside them. Their folder is removed at the end.
 */
final class ControlPlaneNodes implements AutoCloseable {
    static final String TOKEN = "bench-0123456789abcdef0123456789abcdef";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final Path folder = Files.createTempDirectory("meridian-bench-");
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, ProcessIdentity> running = new ConcurrentSkipListMap<>();
    /** They have sessions of their own, so an interrupt of the bench would leave them. */
    private final Thread whenInterrupted = new Thread(this::remove);

    private record Node(String name, int httpPort, int feedPort, int raftPort, Path folder) {
        Path log() {
            return folder.resolve("log");
        }
    }

    /** @param heapMib of each node */
    ControlPlaneNodes(List<String> names, int heapMib) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(whenInterrupted);
        try {
            for (String name : names) {
                nodes.put(name, new Node(name, Ports.free(), Ports.free(), Ports.free(), folder.resolve(name)));
            }
            Folders.write(folder.resolve("token"), TOKEN + "\n", "rw-------");
            for (String name : names) {
                start(name, heapMib);
            }
            for (String name : names) {
                awaitReady(name);
            }
        } catch (IOException | InterruptedException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    void start(String name, int heapMib) throws IOException {
        Path jar = Checkout.root().resolve("control-plane/target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new BenchFailedException("there is no " + jar + "; build it: ./meridian up, or mvn package");
        }
        Node node = node(name);
        Path config = Files.createDirectories(node.folder().resolve("config"));
        Folders.write(config.resolve("application.properties"), settings(node), "rw-------");
        running.put(
                name,
                DetachedProcess.start(
                        List.of(
                                DetachedProcess.java(),
                                "-Xmx" + heapMib + "m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-jar",
                                jar.toString()),
                        node.folder(),
                        node.log()));
    }

    private String settings(Node node) {
        var settings = new TreeMap<String, String>();
        settings.put("meridian.region", node.name());
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", "" + node.httpPort());
        settings.put("meridian.feed.port", "" + node.feedPort());
        settings.put("meridian.raft.node", node.name());
        settings.put("meridian.raft.port", "" + node.raftPort());
        settings.put(
                "meridian.raft.voters",
                nodes.values().stream()
                        .map(voter -> voter.name() + "=127.0.0.1:" + voter.raftPort())
                        .collect(Collectors.joining(",")));
        settings.put("meridian.raft.storage", "data/raft");
        settings.put("meridian.raft.election-min", "150ms");
        settings.put("meridian.raft.election-max", "300ms");
        settings.put("meridian.raft.request-timeout", "300ms");
        settings.put("meridian.api.event-readers", "100000");
        settings.put("meridian.api.token-file", folder.resolve("token").toString());
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                .collect(Collectors.joining());
    }

    void awaitReady(String name) throws IOException, InterruptedException {
        Waiting.until(
                "control-plane node " + name,
                process(name),
                node(name).log(),
                START_LIMIT,
                () -> get(api(name).resolve("/q/health")).isPresent());
    }

    /** @return the body, when the answer was 200 */
    private Optional<String> get(URI uri) throws InterruptedException {
        var request = HttpRequest.newBuilder(uri)
                .header("authorization", "Bearer " + TOKEN)
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException silent) {
            return Optional.empty();
        }
    }

    List<String> names() {
        return List.copyOf(nodes.keySet());
    }

    URI api(String name) {
        return URI.create("http://127.0.0.1:" + node(name).httpPort());
    }

    List<URI> apis() {
        return names().stream().map(this::api).toList();
    }

    int feedPort(String name) {
        return node(name).feedPort();
    }

    /** Of whoever says so itself. */
    String leader() throws InterruptedException {
        for (String name : running.keySet()) {
            Optional<String> leader = get(api(name).resolve("/api/v1/control-plane"))
                    .map(body -> Json.read(body).path("leader").asText());
            if (leader.filter(running::containsKey).isPresent()) {
                return leader.get();
            }
        }
        throw new BenchFailedException("no node knows a leader");
    }

    /** As a crash. */
    void kill(String name) throws InterruptedException {
        process(name).kill();
        running.remove(name);
    }

    /** What the objects that are alive in a node's heap take, after a full collection. */
    long liveHeapBytes(String name) throws IOException, InterruptedException {
        Path jcmd = Path.of(DetachedProcess.java()).resolveSibling("jcmd");
        Process asked = new ProcessBuilder(jcmd.toString(), "" + process(name).pid(), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String answer = new String(asked.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        asked.waitFor();
        List<String> total = new ArrayList<>(
                answer.lines().filter(line -> line.startsWith("Total")).toList());
        if (total.isEmpty()) {
            throw new BenchFailedException("jcmd did not count the heap of " + name + ": " + answer);
        }
        return Long.parseLong(total.getFirst().trim().split("\\s+", -1)[2]);
    }

    private Node node(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new BenchFailedException("there is no node " + name);
        }
        return node;
    }

    private ProcessIdentity process(String name) {
        ProcessIdentity process = running.get(name);
        if (process == null) {
            throw new BenchFailedException("node " + name + " does not run");
        }
        return process;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (ProcessIdentity process : running.values()) {
            process.stop("TERM", STOP_LIMIT);
        }
        running.clear();
        Folders.remove(folder);
        Runtime.getRuntime().removeShutdownHook(whenInterrupted);
    }

    private void remove() {
        try {
            for (ProcessIdentity process : running.values()) {
                process.kill();
            }
            Folders.remove(folder);
        } catch (IOException | InterruptedException | IllegalStateException e) {
            System.err.println("bench: not everything could be removed below " + folder + ": " + e.getMessage());
        }
    }
}
