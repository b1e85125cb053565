package io.meridian.local.service;

import io.meridian.local.Ports;
import io.meridian.local.process.Folders;
import io.meridian.local.process.ProcessIdentity;
import io.meridian.local.process.StartFailedException;
import io.meridian.local.process.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** One control-plane node with nothing around it, on free ports, that keeps nothing: its own quorum, without agents and routers. */
public final class LoneControlPlane implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final Path log;
    private final String address;
    private final String token;

    private LoneControlPlane(Process process, Path log, String address, String token) {
        this.process = process;
        this.log = log;
        this.address = address;
        this.token = token;
    }

    /** @param folder made anew; holds the node's log afterwards */
    public static LoneControlPlane start(Path folder) throws IOException, InterruptedException {
        Path jar = JavaCommand.quarkus("control-plane");
        if (!Files.exists(jar)) {
            throw new StartFailedException("control-plane is not built: " + jar + " is missing");
        }
        Folders.remove(folder);
        Files.createDirectories(folder);
        String token = UUID.randomUUID().toString();
        Folders.write(folder.resolve("admin.token"), token, "rw-------");
        int raft = Ports.free();
        int http = Ports.free();
        List<String> tail = List.of(
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + http,
                "-Dmeridian.region=east",
                "-Dmeridian.feed.port=" + Ports.free(),
                "-Dmeridian.raft.node=east",
                "-Dmeridian.raft.port=" + raft,
                "-Dmeridian.raft.voters=east=127.0.0.1:" + raft,
                "-Dmeridian.raft.storage=data/raft",
                "-Dmeridian.signing.key-file=data/signing.key",
                "-Dmeridian.api.token-file=admin.token",
                "-jar",
                jar.toString());
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(JavaCommand.of(256, false, tail))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var node = new LoneControlPlane(process, log, "http://127.0.0.1:" + http, token);
        try {
            Waiting.until(
                    "the control plane",
                    ProcessIdentity.of(process.toHandle()),
                    log,
                    START_LIMIT,
                    () -> Http.status(node.address + "/q/health") == 200);
        } catch (IOException | InterruptedException failed) {
            node.close();
            throw failed;
        }
        return node;
    }

    public String address() {
        return address;
    }

    public String token() {
        return token;
    }

    public Path log() {
        return log;
    }

    public boolean alive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
