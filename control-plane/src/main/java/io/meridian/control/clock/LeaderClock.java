package io.meridian.control.clock;

import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.StateSource;
import io.meridian.control.switching.Run;
import io.meridian.control.switching.SwitchTable;
import io.meridian.control.verify.Verification;
import io.meridian.control.verify.VerificationDecider;
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
    /** Later than a router's own feed lease (8 s) is over: then it holds nothing that nobody waits for. */
    private static final Duration SESSION_LAPSE = Duration.ofSeconds(12);

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
        for (Run run : state.activeRuns()) {
            String stand = "run " + run.id() + " " + run.state().name() + " " + run.wave();
            for (SwitchTable.Limit limit : SwitchTable.limits(run)) {
                stood(
                        stand + " " + limit.deadline(),
                        limit.after(),
                        new Command.DeadlinePassed(
                                clock.instant(), run.id(), run.state().name(), run.wave(), limit.deadline()));
            }
        }
        for (RouterSession router : state.routers().values()) {
            stood(
                    "router " + router.session() + " " + router.beats(),
                    SESSION_LAPSE,
                    new Command.Lapse(
                            clock.instant(),
                            Command.Lapse.Kind.ROUTER,
                            router.router(),
                            router.session(),
                            router.beats()));
        }
        for (AgentObservation agent : state.agents().values()) {
            if (agent.connected()) {
                stood(
                        "agent " + agent.session() + " " + agent.beats(),
                        SESSION_LAPSE,
                        new Command.Lapse(
                                clock.instant(),
                                Command.Lapse.Kind.AGENT,
                                agent.key(),
                                agent.session(),
                                agent.beats()));
            }
        }
        if (state.runningVerification().isPresent()) {
            Verification running = state.runningVerification().get();
            boolean pausing = running.phase() instanceof Verification.Phase.Pausing;
            stood(
                    "verification " + running.id() + " " + running.round() + " " + pausing,
                    pausing ? VerificationDecider.PAUSE : VerificationDecider.ROUND_LIMIT,
                    new Command.VerificationDue(clock.instant(), running.id(), running.round(), pausing));
        }
        sinceNanos.keySet().retainAll(standing);
        fired.retainAll(standing);
    }

    private void stood(String what, Duration limit, Command then) throws InterruptedException {
        standing.add(what);
        long since = sinceNanos.computeIfAbsent(what, _ -> System.nanoTime());
        if (System.nanoTime() - since < limit.toNanos() || fired.contains(what)) {
            return;
        }
        if (port.submit(then) instanceof Outcome.Committed) {
            fired.add(what);
            LOG.infof("time over what=%s after_ms=%d", what, limit.toMillis());
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(2000);
    }
}
