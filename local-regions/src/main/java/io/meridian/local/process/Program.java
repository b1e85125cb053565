package io.meridian.local.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How one process of an instance is started and stopped.
 *
 * @param name as in instance.json: {@code links}, {@code east/postgres}
 * @param jvm whether it costs a JVM's start: these are started two at a time
 * @param stopSignal what asks it to end in order
 */
public record Program(String name, Path log, boolean jvm, String stopSignal, Duration stopLimit, Starter starter) {
    /** Starts the process and waits until it is ready. */
    @FunctionalInterface
    public interface Starter {
        /** @param spawned hears of the process before it is ready, so that an interrupted start leaves none unknown */
        ProcessIdentity start(Consumer<ProcessIdentity> spawned) throws IOException, InterruptedException;
    }

    /** In order first, by SIGKILL after the limit. Returns when it is gone. */
    public void stop(ProcessIdentity identity) throws InterruptedException {
        identity.stop(stopSignal, stopLimit);
    }
}
