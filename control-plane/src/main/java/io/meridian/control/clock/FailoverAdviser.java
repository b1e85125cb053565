package io.meridian.control.clock;

import io.meridian.control.access.Actor;
import io.meridian.control.automatic.Advice;
import io.meridian.control.automatic.AdviceDecider;
import io.meridian.control.automatic.Holds;
import io.meridian.control.automatic.LossWatch;
import io.meridian.control.command.Command;
import io.meridian.control.command.CommandPort;
import io.meridian.control.command.Outcome;
import io.meridian.control.failover.MaxLoss;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.StateSource;
import io.meridian.control.switching.Plan.MoveLimits;
import io.meridian.topology.RegionId;
import io.meridian.topology.Topology;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** On the node that leads: looks whether regions look lost, says so to the log, and asks for what follows by itself where nothing holds it. */
public final class FailoverAdviser implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FailoverAdviser.class);
    private static final Duration TICK = Duration.ofMillis(200);
    /** A failover that was refused all the same is audited: not more often than that. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    /** A plan of all shards is no small matter: what holds is looked at again that often. */
    private static final Duration HELD = Duration.ofSeconds(1);

    /** What any failover is asked for with, as configured. */
    public record Terms(MoveLimits limits, Duration lease, Duration transactionLimit) {}

    private final CommandPort port;
    private final StateSource source;
    private final Clock clock;
    private final BooleanSupplier leads;
    private final Terms terms;
    private final LossWatch watch = new LossWatch();
    private final Map<RegionId, Long> askedNanos = new HashMap<>();
    private final Map<RegionId, Long> heldNanos = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    public FailoverAdviser(CommandPort port, StateSource source, Clock clock, BooleanSupplier leads, Terms terms) {
        this.port = port;
        this.source = source;
        this.clock = clock;
        this.leads = leads;
        this.terms = terms;
        thread = Thread.ofVirtual().name("failover-adviser").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(TICK.toMillis());
                ControlState state = source.current();
                if (!leads.getAsBoolean()) {
                    watch.forget();
                    askedNanos.clear();
                    heldNanos.clear();
                } else if (state.declared().isPresent()) {
                    look(state, state.declared().get().topology());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("looking for lost regions failed", e);
            }
        }
    }

    private void look(ControlState state, Topology topology) throws InterruptedException {
        Instant now = clock.instant();
        Map<RegionId, LossWatch.Seen> seen = watch.look(state, topology, System.nanoTime(), now);
        for (RegionId region : state.automatic().advices().keySet()) {
            if (seen.get(region) instanceof LossWatch.Seen.NotLost(String why)) {
                withdraw(region, why);
            } else if (!seen.containsKey(region)) {
                withdraw(region, "it is not in the topology any more");
            }
        }
        for (Map.Entry<RegionId, LossWatch.Seen> each : seen.entrySet()) {
            if (each.getValue() instanceof LossWatch.Seen.Lost lost) {
                lost(state, topology, each.getKey(), lost, now);
            }
        }
    }

    private void withdraw(RegionId region, String why) throws InterruptedException {
        if (port.submit(new Command.WithdrawAdvice(clock.instant(), region, why)) instanceof Outcome.Committed) {
            LOG.infof("region does not look lost any more region=%s why=%s", region, why);
        }
    }

    private void lost(ControlState state, Topology topology, RegionId region, LossWatch.Seen.Lost lost, Instant now)
            throws InterruptedException {
        var advice =
                new Advice(region, lost.since(), lost.sights(), lost.renewals(), would(state, topology, region, now));
        if (AdviceDecider.news(state, advice)) {
            if (port.submit(new Command.AdviseFailover(now, advice)) instanceof Outcome.Committed) {
                LOG.warnf("region looks lost region=%s since=%s seen=%s", region, lost.since(), advice.seen());
            }
            return; // What follows is decided on a state that has it.
        }
        if (topology.region(region).orElseThrow().failover().automatic()
                && longAgo(askedNanos, region, AGAIN)
                && longAgo(heldNanos, region, HELD)
                && !held(state, topology, advice, now)) {
            askedNanos.put(region, System.nanoTime());
            start(advice);
        }
    }

    private static boolean longAgo(Map<RegionId, Long> nanos, RegionId region, Duration least) {
        Long last = nanos.get(region);
        return last == null || System.nanoTime() - last > least.toNanos();
    }

    private boolean held(ControlState state, Topology topology, Advice advice, Instant now) {
        heldNanos.put(advice.region(), System.nanoTime());
        return !Holds.of(state, topology, advice, now).isEmpty();
    }

    /** One generation of leases is ended once, whoever leads. */
    private Command.StartFailover would(ControlState state, Topology topology, RegionId region, Instant now) {
        String generations = String.join(
                "-",
                topology.storeGroups().stream()
                        .flatMap(group -> state.lease(region, group.name()).stream())
                        .map(lease -> Long.toString(lease.generation()))
                        .toList());
        var bound = topology.region(region).orElseThrow().failover().maxLoss();
        return new Command.StartFailover(
                "automatic-failover-" + region + "-" + generations,
                now,
                region,
                Optional.empty(),
                new MaxLoss(bound.rows(), bound.millis()),
                false,
                "",
                terms.limits(),
                terms.lease(),
                terms.transactionLimit());
    }

    private void start(Advice advice) throws InterruptedException {
        Outcome outcome = port.submit(new Command.Asked(Actor.AUTOMATIC, advice.seen(), advice.would()));
        switch (outcome) {
            case Outcome.Committed _ ->
                LOG.warnf("region is failed over by itself region=%s seen=%s", advice.region(), advice.seen());
            case Outcome.Refused refused ->
                LOG.warnf(
                        "failover by itself was refused region=%s why=%s",
                        advice.region(), refused.why().detail());
            case Outcome.Unknown unknown -> {
                LOG.infof("failover by itself is asked for again region=%s why=%s", advice.region(), unknown.detail());
                askedNanos.remove(advice.region());
            }
            case Outcome.Previewed _ -> throw new IllegalStateException("this is no dry run");
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(2000);
    }
}
