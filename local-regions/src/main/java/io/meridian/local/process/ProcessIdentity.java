package io.meridian.local.process;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that was started, by pid and start time: a pid alone may by now be somebody else's. Signals go only where both agree.
 *
 * @param startedAtMillis as the operating system tells it, wall time
 */
public record ProcessIdentity(long pid, long startedAtMillis) {
    /** The system computes the start time from its boot time, which moves a little when the clock is corrected. */
    private static final long TOLERANCE_MILLIS = 2_000;

    public static ProcessIdentity of(ProcessHandle handle) {
        return new ProcessIdentity(handle.pid(), startOf(handle).orElse(0L));
    }

    public boolean alive() {
        return handle().isPresent();
    }

    /** The living process, when the pid is still the one that was started. */
    public Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> startOf(handle)
                        .map(start -> Math.abs(start - startedAtMillis) <= TOLERANCE_MILLIS)
                        .orElse(false));
    }

    /** Asks it to end with {@code signal} (such as INT or TERM), and after {@code patience} ends it. Returns when it is gone. */
    public void stop(String signal, Duration patience) throws InterruptedException {
        handle().ifPresent(_ -> signal(signal));
        if (!awaitEnd(patience)) {
            kill();
        }
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() throws InterruptedException {
        handle().ifPresent(ProcessHandle::destroyForcibly);
        if (!awaitEnd(Duration.ofSeconds(20))) {
            throw new IllegalStateException("process " + pid + " survives SIGKILL");
        }
    }

    public boolean awaitEnd(Duration patience) throws InterruptedException {
        var handle = handle();
        if (handle.isEmpty()) {
            return true;
        }
        try {
            handle.get().onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return !alive();
        } catch (ExecutionException defect) {
            throw new IllegalStateException(defect);
        }
    }

    /** The JDK can send only TERM and KILL. */
    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException missing) {
            handle().ifPresent(ProcessHandle::destroy);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Long> startOf(ProcessHandle handle) {
        return handle.info().startInstant().map(java.time.Instant::toEpochMilli);
    }
}
