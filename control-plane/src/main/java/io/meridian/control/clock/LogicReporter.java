package io.meridian.control.clock;

import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.state.StateSource;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Tells the others which logic version this node knows, until the state says so. */
public final class LogicReporter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LogicReporter.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final CommandPort port;
    private final StateSource source;
    private final Clock clock;
    private final String node;
    private final int supports;
    private final Thread thread;

    public LogicReporter(CommandPort port, StateSource source, Clock clock, String node, int supports) {
        this.port = port;
        this.source = source;
        this.clock = clock;
        this.node = node;
        this.supports = supports;
        thread = Thread.ofVirtual().name("logic-reporter").start(this::run);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Integer told = source.current().cluster().supports().get(node);
                if (told == null || told != supports) {
                    port.submit(new Command.ReportLogic(clock.instant(), node, supports));
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the logic version was not told", e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join(2000);
    }
}
