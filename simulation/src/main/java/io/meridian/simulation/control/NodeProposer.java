package io.meridian.simulation.control;

import io.meridian.control.command.Command;
import io.meridian.control.feed.WorthTelling;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.control.switching.ReportDecider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a node proposes of what its agents and routers said, by the order of steps of {@code Proposer}: one command in flight. */
final class NodeProposer {
    private static final Duration IDLE = Duration.ofMillis(250);
    private static final long BACK_OFF_MICROS = 200_000;

    private final ControlNode node;
    private final ControlLog log;
    private final SortedMap<String, Long> toldMicros = new TreeMap<>();
    private boolean proposing;

    NodeProposer(ControlNode node, ControlLog log) {
        this.node = node;
        this.log = log;
    }

    void start() {
        toldMicros.clear();
        proposing = false;
        node.machine().every(IDLE, this::wake);
    }

    void wake() {
        if (!proposing) {
            proposing = true;
            node.machine().afterMicros(200, this::propose);
        }
    }

    private void propose() {
        forgetSuperseded(node.replica());
        Optional<Command> next = next(node.replica());
        if (next.isEmpty()) {
            proposing = false;
            return;
        }
        Command command = next.get();
        log.submit(node.region(), command, outcomeOnNode(command)::accept);
    }

    private java.util.function.Consumer<Outcome> outcomeOnNode(Command command) {
        long life = node.machine().life();
        return outcome -> {
            if (node.machine().life() != life) {
                return;
            }
            if (outcome instanceof Outcome.Refused refused) {
                throw new IllegalStateException("a report was refused: " + refused.why());
            }
            boolean committed = outcome instanceof Outcome.Committed;
            if (committed && command instanceof Command.Observe observe) {
                told(observe);
            }
            node.machine().afterMicros(committed ? 1_000 : BACK_OFF_MICROS, this::propose);
        };
    }

    private Optional<Command> next(ControlState state) {
        for (var feed : node.agents()) {
            Command.Report report = ReportDecider.useful(state, feed.end().report(state, node.now()));
            if (!report.fences().isEmpty()
                    || !report.heads().isEmpty()
                    || !report.hashes().isEmpty()) {
                return Optional.of(report);
            }
            Optional<Command> other = feed.end().otherReport(state, node.now());
            if (other.isPresent()) {
                return other;
            }
        }
        List<AgentObservation> agents = node.agents().stream()
                .map(feed -> feed.end().observation())
                .filter(agent -> WorthTelling.of(state, agent, sinceTold(agent.session())))
                .toList();
        List<RouterSession> routers = node.routers().stream()
                .map(feed -> feed.end().observation())
                .filter(router -> WorthTelling.of(state, router, sinceTold(router.session())))
                .toList();
        return agents.isEmpty() && routers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Command.Observe(node.now(), agents, routers));
    }

    private Duration sinceTold(String session) {
        Long told = toldMicros.get(session);
        return told == null
                ? WorthTelling.NEVER
                : Duration.ofNanos((node.machine().clockMicros() - told) * 1_000);
    }

    private void told(Command.Observe observe) {
        long now = node.machine().clockMicros();
        observe.agents().forEach(agent -> told(agent.session(), agent.connected(), now));
        observe.routers().forEach(router -> told(router.session(), router.connected(), now));
    }

    private void told(String session, boolean connected, long now) {
        if (connected) {
            toldMicros.put(session, now);
        } else {
            toldMicros.remove(session);
            node.forget(session);
        }
    }

    /** A session that was told and was replaced by another node's is over, even if its stream still looks alive here. */
    private void forgetSuperseded(ControlState state) {
        var over = new ArrayList<String>();
        node.agents().forEach(feed -> {
            AgentObservation known = state.agents().get(feed.end().observation().key());
            if (known != null && replaced(known.session(), feed.end().session())) {
                feed.finish();
                over.add(feed.end().session());
            }
        });
        node.routers().forEach(feed -> {
            RouterSession known = state.routers().get(feed.end().observation().router());
            if (known != null && replaced(known.session(), feed.end().session())) {
                feed.finish();
                over.add(feed.end().session());
            }
        });
        over.forEach(node::forget);
        over.forEach(toldMicros::remove);
    }

    private boolean replaced(String known, String here) {
        return !known.equals(here) && toldMicros.containsKey(here);
    }
}
