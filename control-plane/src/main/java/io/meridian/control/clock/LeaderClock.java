package io.meridian.control.clock;

import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.observe.AboutRun;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Counts, on the leader's monotonic clock and from its own election at the earliest, how long each thing has stood as it stands, and proposes what
 * follows when it has stood too long. The command names what was seen, so one that comes late changes nothing.
 */
public final class LeaderClock implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LeaderClock.class);
    private static final Duration TICK = Duration.ofMillis(50);

    private final CommandPort port;
    private final StateSource source;
    private final Clock clock;
    private final BooleanSupplier leads;
    private final Map<String, Long> sinceNanos = new HashMap<>();
    private final Set<String> fired = new HashSet<>();
    private final Set<String> standing = new HashSet<>();
    private final Thread thread;
    private boolean led;
    private volatile boolean closed;

    public LeaderClock(CommandPort port, StateSource source, Clock clock, BooleanSupplier leads) {
        this.port = port;
        this.source = source;
        this.clock = clock;
        this.leads = leads;
        thread = Thread.ofVirtual().name("leader-clock").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(TICK.toMillis());
                boolean leading = leads.getAsBoolean();
                if (leading != led) {
                    LOG.info(leading ? "this node leads now" : "this node leads no more");
                    led = leading;
                }
                if (leading) {
                    tick(source.current());
                } else {
                    sinceNanos.clear();
                    fired.clear();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("a tick of the leader's clock failed", e);
            }
        }
    }

    private void tick(ControlState state) throws InterruptedException {
        standing.clear();
        for (Standing each : Standing.of(state, clock.instant())) {
            stood(each);
        }
        sinceNanos.keySet().retainAll(standing);
        fired.retainAll(standing);
    }

    private void stood(Standing each) throws InterruptedException {
        standing.add(each.what());
        long since = sinceNanos.computeIfAbsent(each.what(), _ -> System.nanoTime());
        if (each.then().isEmpty()
                || System.nanoTime() - since < each.limit().toNanos()
                || fired.contains(each.what())) {
            return;
        }
        if (port.submit(each.then().get()) instanceof Outcome.Committed) {
            fired.add(each.what());
            told(each);
        }
    }

    private static void told(Standing over) {
        if (over.then().orElseThrow() instanceof Command.DeadlinePassed passed) {
            try (var _ = AboutRun.of(passed.run(), passed.wave())) {
                LOG.infof(
                        "time over what=%s after_ms=%d",
                        over.what(), over.limit().toMillis());
            }
        } else {
            LOG.infof("time over what=%s after_ms=%d", over.what(), over.limit().toMillis());
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(2000);
    }
}
