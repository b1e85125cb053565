package io.meridian.control.rest;

import io.meridian.control.FreePort;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One control-plane node that is its own quorum, in a temporary folder, on free ports. */
public final class SingleNode implements QuarkusTestResourceLifecycleManager {
    public static final String TOKEN = "a-token-for-tests-0123456789";
    public static final String BREAKGLASS = "a-token-for-nights-0123456789";

    private @Nullable Path folder;

    @Override
    public Map<String, String> start() {
        try {
            Path made = Files.createTempDirectory("meridian-control");
            folder = made;
            Files.writeString(made.resolve("admin.token"), TOKEN + "\n");
            Files.writeString(made.resolve("breakglass.token"), BREAKGLASS + "\n");
            int raft = FreePort.any();
            return Map.of(
                    "meridian.region", "east",
                    "meridian.feed.port", "" + FreePort.any(),
                    "meridian.raft.node", "east",
                    "meridian.raft.port", "" + raft,
                    "meridian.raft.voters", "east=127.0.0.1:" + raft,
                    "meridian.raft.storage", made.resolve("raft") + "",
                    "meridian.signing.key-file", made.resolve("signing.key") + "",
                    "meridian.api.token-file", made.resolve("admin.token") + "",
                    "meridian.api.breakglass-token-file", made.resolve("breakglass.token") + "",
                    "quarkus.http.test-port", "0");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        Path made = folder;
        if (made == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(made)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
