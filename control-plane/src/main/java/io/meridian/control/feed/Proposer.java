package io.meridian.control.feed;

import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.StateSource;
import io.meridian.control.switching.ReportDecider;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Takes what attached agents and routers said, compares it with the local replica, and proposes what lets something advance: one thread and one
 * command in flight, so that what comes in meanwhile goes into the next one together.
 */
final class Proposer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Proposer.class);
    private static final Duration IDLE = Duration.ofMillis(250);
    private static final Duration BACK_OFF = Duration.ofMillis(200);
    /** A command that is not decided by then is late. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    private final CommandPort port;
    private final StateSource source;
    private final Attached attached;
    private final Clock clock;
    private final Semaphore woken = new Semaphore(0);
    private final Map<String, Long> observedNanos = new HashMap<>();
    private final Thread thread;
    private final AutoCloseable subscription;
    private volatile boolean closed;
    private volatile Optional<Long> askedNanos = Optional.empty();
    private volatile boolean unheard;

    Proposer(CommandPort port, StateSource source, Attached attached, Clock clock) {
        this.port = port;
        this.source = source;
        this.attached = attached;
        this.clock = clock;
        subscription = source.onChange(this::wake);
        thread = Thread.ofVirtual().name("feed-proposer").start(this::run);
    }

    void wake() {
        woken.release();
    }

    /** Whether what is proposed here is decided: a node may hear a leader that it cannot speak to. Any thread. */
    boolean heard() {
        return !unheard
                && askedNanos
                        .filter(asked -> System.nanoTime() - asked > ANSWER_LIMIT.toNanos())
                        .isEmpty();
    }

    private void run() {
        while (!closed) {
            try {
                if (!proposeAll()) {
                    woken.tryAcquire(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                }
                woken.drainPermits();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("proposing failed; the next report is tried again", e);
                pause();
            }
        }
    }

    /** @return whether anything was proposed, so that the next look finds a newer state */
    private boolean proposeAll() throws InterruptedException {
        boolean proposed = false;
        for (AgentMemory agent : attached.agents()) {
            ControlState state = source.current();
            Command.Report report = ReportDecider.useful(state, agent.report(state, clock.instant()));
            if (!report.fences().isEmpty()
                    || !report.heads().isEmpty()
                    || !report.hashes().isEmpty()) {
                proposed |= propose(report);
            }
            Optional<Command.ReportGather> gathers = agent.gathers(source.current(), clock.instant());
            if (gathers.isPresent()) {
                proposed |= propose(gathers.get());
            }
            Optional<Command.ReportTails> tails = agent.tails(source.current(), clock.instant());
            if (tails.isPresent()) {
                proposed |= propose(tails.get());
            }
            Optional<Command.ReportRepairs> repairs = agent.repairs(source.current(), clock.instant());
            if (repairs.isPresent()) {
                proposed |= propose(repairs.get());
            }
            Optional<Command.ReportSeedings> seedings = agent.seedings(source.current(), clock.instant());
            if (seedings.isPresent()) {
                proposed |= propose(seedings.get());
            }
            Optional<Command.ReportParkedOrders> orders = agent.orders(source.current(), clock.instant());
            if (orders.isPresent()) {
                proposed |= propose(orders.get());
            }
            Optional<Command.ReportRevisions> revisions = agent.revisions(source.current(), clock.instant());
            if (revisions.isPresent()) {
                proposed |= propose(revisions.get());
            }
            Optional<Command.ReportVerification> verification = agent.verification(source.current(), clock.instant());
            if (verification.isPresent()) {
                proposed |= propose(verification.get());
            }
        }
        return observe() || proposed;
    }

    private boolean observe() throws InterruptedException {
        ControlState state = source.current();
        forgetSuperseded(state);
        List<AgentObservation> agents = attached.agents().stream()
                .map(AgentMemory::observation)
                .filter(agent -> WorthTelling.of(state, agent, sinceTold(agent.session())))
                .toList();
        List<RouterSession> routers = attached.routers().stream()
                .map(RouterMemory::session)
                .filter(router -> WorthTelling.of(state, router, sinceTold(router.session())))
                .toList();
        if (agents.isEmpty() && routers.isEmpty()) {
            return false;
        }
        boolean told = propose(new Command.Observe(clock.instant(), agents, routers));
        if (told) {
            long now = System.nanoTime();
            var gone = new ArrayList<String>();
            agents.forEach(agent -> observedNanos.put(agent.session(), now));
            routers.forEach(router -> observedNanos.put(router.session(), now));
            agents.stream().filter(agent -> !agent.connected()).forEach(agent -> gone.add(agent.session()));
            routers.stream().filter(router -> !router.connected()).forEach(router -> gone.add(router.session()));
            gone.forEach(attached::forget);
            observedNanos.keySet().retainAll(attached.known());
        }
        return told;
    }

    /**
     * A session that was told once and was replaced by another node's is over, even if its stream still looks alive here. Told again, the two nodes
     * would replace each other's for as long as it does.
     */
    private void forgetSuperseded(ControlState state) {
        var superseded = new ArrayList<String>();
        for (AgentMemory agent : attached.agents()) {
            AgentObservation seen = agent.observation();
            AgentObservation known = state.agents().get(seen.key());
            if (known != null && replaced(known.session(), seen.session())) {
                superseded.add(seen.session());
            }
        }
        for (RouterMemory router : attached.routers()) {
            RouterSession seen = router.session();
            RouterSession known = state.routers().get(seen.router());
            if (known != null && replaced(known.session(), seen.session())) {
                superseded.add(seen.session());
            }
        }
        superseded.forEach(attached::superseded);
        superseded.forEach(observedNanos::remove);
    }

    private boolean replaced(String known, String here) {
        return !known.equals(here) && observedNanos.containsKey(here);
    }

    private Duration sinceTold(String session) {
        Long told = observedNanos.get(session);
        return told == null ? WorthTelling.NEVER : Duration.ofNanos(System.nanoTime() - told);
    }

    private boolean propose(Command command) throws InterruptedException {
        askedNanos = Optional.of(System.nanoTime());
        Outcome outcome = port.submit(command);
        unheard = outcome instanceof Outcome.Unknown;
        askedNanos = Optional.empty();
        return switch (outcome) {
            case Outcome.Committed _ -> true;
            case Outcome.Previewed _ -> throw new IllegalStateException("reports are not for dry runs");
            case Outcome.Refused refused -> throw new IllegalStateException("a report was refused: " + refused.why());
            case Outcome.Unknown unknown -> {
                LOG.debugf("a report was not committed, tried again why=%s", unknown.detail());
                TimeUnit.MILLISECONDS.sleep(BACK_OFF.toMillis());
                yield false;
            }
        };
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(BACK_OFF.toMillis());
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        subscription.close();
        thread.interrupt();
        thread.join(2000);
    }
}
