package io.meridian.agent.running;

import io.meridian.agent.capture.StreamStoppedException;
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

    /**
     * Work that stopped at a hole finds it again a moment after it began, and would look well in between. So it is believed to be well only after
     * this.
     */
    private static final Duration TRUST_AFTER_STOP = Duration.ofSeconds(10);

    /** @param stop the work cannot go on without a person */
    private record Trouble(String reason, boolean stop) {}

    /** Out of work that was asked to begin again; nobody's failure. */
    private static final class BeginAgainException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Work work;
    private final Thread thread;
    private volatile Optional<Trouble> trouble = Optional.empty();
    private volatile long wellSinceNanos;
    private volatile boolean wanted = true;
    private volatile boolean well;
    private volatile boolean again;

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
        return trouble.filter(known -> !trusted(known)).map(Trouble::reason);
    }

    /** The work said that it does what it is for, and nothing has failed since. */
    public boolean well() {
        return well
                && trouble.filter(Trouble::stop)
                        .filter(known -> !trusted(known))
                        .isEmpty();
    }

    /** It is over: the work said that it is well, some time ago after a stop. */
    private boolean trusted(Trouble known) {
        return known.stop() && well && System.nanoTime() - wellSinceNanos > TRUST_AFTER_STOP.toNanos();
    }

    public void wake() {
        LockSupport.unpark(thread);
    }

    /** The work is left where it stands, as by a crash, and begins anew: what it was told at its start does not hold any more. Any thread. */
    public void again() {
        again = true;
        thread.interrupt();
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
            if (wanted && Thread.interrupted()) { // Kafka's clients set it once more
                LOG.debugf("work was interrupted thread=%s", thread.getName());
            }
            boolean stop = trouble.filter(Trouble::stop).isPresent();
            pause = stop ? LONGEST_PAUSE : well ? FIRST_PAUSE : pause;
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
        if (again) {
            again = false;
            LOG.infof("part of the data path was asked to begin again thread=%s", thread.getName());
            return;
        }
        String reason = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
        if (!isNews(new Trouble(reason, e instanceof StreamStoppedException))) {
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
    private boolean isNews(Trouble now) {
        boolean news =
                trouble.filter(known -> !trusted(known) && known.equals(now)).isEmpty();
        trouble = Optional.of(now);
        return news;
    }

    private void pauseFor(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        while (wanted && System.nanoTime() < end && !Thread.interrupted()) {
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
            if (again) {
                throw new BeginAgainException();
            }
            return wanted;
        }

        @Override
        public void well() {
            wellSinceNanos = System.nanoTime();
            well = true;
            if (trouble.filter(Trouble::stop).isPresent()) {
                return;
            }
            boolean wasIll = trouble.isPresent();
            trouble = Optional.empty();
            if (wasIll) {
                LOG.infof("part of the data path runs again thread=%s", thread.getName());
            }
        }

        @Override
        public void ailing(String reason) {
            if (isNews(new Trouble(reason, false))) {
                LOG.warnf("part of the data path waits thread=%s problem=%s", thread.getName(), reason);
            }
        }

        @Override
        public void wake() {
            KeptRunning.this.wake();
        }
    };
}
