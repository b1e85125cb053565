package io.meridian.control.observe;

import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Shows every newer state to whoever watches, by a thread of its own: what applies the log never waits for it, and states may be skipped. */
final class StateWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StateWatch.class);

    interface Watching {
        void moved(ControlState before, ControlState after);
    }

    private final StateSource source;
    private final List<Watching> watching;
    private final Semaphore woken = new Semaphore(1);
    private final AutoCloseable subscription;
    private final Thread thread;

    StateWatch(StateSource source, List<Watching> watching) {
        this.source = source;
        this.watching = List.copyOf(watching);
        subscription = source.onChange(woken::release);
        thread = Thread.ofVirtual().name("state-watch").start(this::run);
    }

    private void run() {
        ControlState seen = ControlState.empty();
        try {
            while (true) {
                woken.acquire();
                woken.drainPermits();
                ControlState now = source.current();
                for (Watching each : watching) {
                    show(each, seen, now);
                }
                seen = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void show(Watching each, ControlState before, ControlState now) {
        try {
            each.moved(before, now);
        } catch (RuntimeException e) {
            LOG.errorf(e, "a state could not be shown to=%s", each);
        }
    }

    @Override
    public void close() throws Exception {
        subscription.close();
        thread.interrupt();
        thread.join(2000);
    }
}
