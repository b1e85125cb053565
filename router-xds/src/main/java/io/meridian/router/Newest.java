package io.meridian.router;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** A thread that works on the newest value only: of several that arrive while it is busy, the last one counts. */
final class Newest<T> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Newest.class);
    private static final int CLOSE_LIMIT_SECONDS = 2;

    private final String name;
    private final Consumer<T> work;
    private final ExecutorService thread;
    private final AtomicReference<T> next = new AtomicReference<>();

    Newest(String name, Consumer<T> work) {
        this.name = name;
        this.work = work;
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    void offer(T value) {
        if (next.getAndSet(value) == null) {
            try {
                thread.execute(this::take);
            } catch (RejectedExecutionException closing) {
                LOG.debugf("value dropped: closing thread=%s", name);
            }
        }
    }

    private void take() {
        T value = next.getAndSet(null);
        if (value != null) {
            try {
                work.accept(value);
            } catch (RuntimeException defect) {
                LOG.errorf(defect, "work failed: a defect, please report it thread=%s", name);
            }
        }
    }

    /** Waits a little for what is under way. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
