package io.meridian.agent.running;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** One thread, named for what it owns, whose work is started again until it is closed. Its problem is there to be asked for. */
public final class KeptRunning implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(KeptRunning.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Work work;
    private final Thread thread;
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean wanted = true;
    private volatile boolean well;

    private KeptRunning(String name, Work work) {
        this.work = work;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public static KeptRunning start(String name, Work work) {
        var running = new KeptRunning(name, work);
        running.thread.start();
        return running;
    }

    /** Why the work is not done now; empty: it is, or it is still starting. */
    public Optional<String> problem() {
        return problem;
    }

    /** The work said that it does what it is for, and nothing has failed since. */
    public boolean well() {
        return well;
    }

    public void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (wanted) {
            try {
                work.run(handle);
            } catch (InterruptedException e) {
                if (wanted) {
                    failed(e);
                }
            } catch (Throwable e) {
                failed(e); // an Error too: a part that ended silently would look well
            }
            pause = well ? FIRST_PAUSE : pause;
            well = false;
            pauseFor(pause);
            pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    private void failed(Throwable e) {
        if (!wanted) {
            LOG.debugf(e, "work ended while closing thread=%s", thread.getName());
            return;
        }
        String reason = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
        if (!isNews(reason)) {
            return;
        }
        if (healsAlone(e)) {
            LOG.warnf("part of the data path begins again thread=%s problem=%s", thread.getName(), reason);
        } else {
            LOG.errorf(e, "part of the data path does not run thread=%s problem=%s", thread.getName(), reason);
        }
    }

    /** A store or a broker that is away comes back; anything else needs a person. */
    private static boolean healsAlone(Throwable e) {
        return e instanceof SQLException
                || e instanceof IOException
                || e instanceof TimeoutException
                || e instanceof ExecutionException
                || e instanceof KafkaException;
    }

    /** Said once, not at every try. Called by the thread of the work only. */
    private boolean isNews(String reason) {
        boolean news = !problem.equals(Optional.of(reason));
        problem = Optional.of(reason);
        return news;
    }

    private void pauseFor(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        while (wanted && System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Asks the work to end; {@link #close} waits for it. So that many may end at the same time. */
    public void stop() {
        wanted = false;
        wake();
    }

    /** Ends the work and waits for it; the work is interrupted if it has not ended by itself. */
    @Override
    public void close() {
        stop();
        try {
            if (!thread.join(STOP_LIMIT.dividedBy(2))) {
                thread.interrupt();
                if (!thread.join(STOP_LIMIT.dividedBy(2))) {
                    LOG.warnf("thread has not ended thread=%s limit_ms=%d", thread.getName(), STOP_LIMIT.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private final Running handle = new Running() {
        @Override
        public boolean wanted() {
            return wanted;
        }

        @Override
        public void well() {
            well = true;
            boolean again = problem.isPresent();
            problem = Optional.empty();
            if (again) {
                LOG.infof("part of the data path runs again thread=%s", thread.getName());
            }
        }

        @Override
        public void ailing(String reason) {
            if (isNews(reason)) {
                LOG.warnf("part of the data path waits thread=%s problem=%s", thread.getName(), reason);
            }
        }

        @Override
        public void wake() {
            KeptRunning.this.wake();
        }
    };
}
