package io.meridian.simulation.control;

import io.meridian.agent.feed.DesiredState;
import io.meridian.control.command.Command;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RegionLease;
import io.meridian.control.state.RouterSession;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.feed.AgentStream;
import io.meridian.simulation.feed.RouterStream;
import io.meridian.simulation.rules.Rules;
import io.meridian.topology.RegionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One region's node: its replica of the log, and the streams that end at it. Streams are memory: a crash loses them, and what was said on them. */
public final class ControlNode {
    /** How a renewal is answered; empty: not at all. */
    public record Granted(long generation, long revision, Duration duration) {}

    public static final Duration LEASE = Duration.ofSeconds(5);

    private static final long ATTACH_LIMIT_MICROS = 2_000_000;
    private static final Duration LOOK = Duration.ofMillis(250);

    private final RegionId region;
    private final Machine machine;
    private final ControlLog log;
    private final Rules rules;
    private final NodeProposer proposer;
    private final NodeClock clock;
    private final List<Feed<DesiredState.View, AgentStream>> agents = new ArrayList<>();
    private final List<Feed<RouterStream.Told, RouterStream>> routers = new ArrayList<>();
    private final SortedMap<RegionId, Granted> answered = new TreeMap<>();
    private int applied;
    private long leaderHeardMicros;
    private int sessions;

    public ControlNode(RegionId region, Machine machine, ControlLog log, Rules rules) {
        this.region = region;
        this.machine = machine;
        this.log = log;
        this.rules = rules;
        this.proposer = new NodeProposer(this, log);
        this.clock = new NodeClock(this, log);
        log.add(region, this);
        run();
    }

    private void run() {
        leaderHeardMicros = machine.clockMicros();
        proposer.start();
        clock.start();
        machine.every(LOOK, this::look);
    }

    public RegionId region() {
        return region;
    }

    public Machine machine() {
        return machine;
    }

    public ControlState replica() {
        return log.at(applied);
    }

    Instant now() {
        return Instant.ofEpochSecond(0, machine.clockMicros() * 1_000);
    }

    void heard(int index) {
        leaderHeardMicros = machine.clockMicros();
        if (index > applied) {
            applied = index;
            look();
            proposer.wake();
        }
    }

    private void look() {
        long leaderless = machine.clockMicros() - leaderHeardMicros;
        agents.forEach(feed -> feed.look(true, leaderless));
        routers.forEach(feed -> feed.look(counted(feed), leaderless));
    }

    /** A router that may route by a view has to be one that barriers wait for; without a quorum no move can pass either. */
    private boolean counted(Feed<RouterStream.Told, RouterStream> feed) {
        RouterSession known = replica().routers().get(feed.end().observation().router());
        return (known != null && known.session().equals(feed.end().session()))
                || feed.ageMicros() > ATTACH_LIMIT_MICROS;
    }

    List<Feed<DesiredState.View, AgentStream>> agents() {
        return agents;
    }

    List<Feed<RouterStream.Told, RouterStream>> routers() {
        return routers;
    }

    void forget(String session) {
        agents.removeIf(feed -> feed.end().session().equals(session));
        routers.removeIf(feed -> feed.end().session().equals(session));
    }

    // ---- what agents and routers say

    private String nextSession() {
        return region + "-" + machine.life() + "-" + ++sessions;
    }

    /** The first message of an agent's stream. @return how the agent names the stream from now on */
    public AgentEnd attachAgent(RegionId from, Call<DesiredState.View> call, AgentStream.Report first) {
        var stream = new AgentStream(from, nextSession(), region.name());
        var feed = new Feed<>(this, call, stream, first.knownRevision());
        agents.add(feed);
        hear(feed, first);
        look();
        return new AgentEnd(feed);
    }

    /** What an agent holds of its stream's other end. */
    public final class AgentEnd {
        private final Feed<DesiredState.View, AgentStream> feed;

        AgentEnd(Feed<DesiredState.View, AgentStream> feed) {
            this.feed = feed;
        }

        public void report(AgentStream.Report report) {
            hear(feed, report);
        }

        public void broke() {
            feed.broke();
            proposer.wake();
        }
    }

    private void hear(Feed<DesiredState.View, AgentStream> feed, AgentStream.Report report) {
        if (!feed.gone()) {
            feed.heard();
            feed.end().hear(report);
            proposer.wake();
        }
    }

    public RouterEnd attachRouter(
            RegionId from, String router, Call<RouterStream.Told> call, long known, RouterStream.Report first) {
        var stream = new RouterStream(router, from, nextSession(), region.name());
        var feed = new Feed<>(this, call, stream, known);
        routers.add(feed);
        stream.hear(first);
        proposer.wake();
        look();
        return new RouterEnd(feed);
    }

    public final class RouterEnd {
        private final Feed<RouterStream.Told, RouterStream> feed;

        RouterEnd(Feed<RouterStream.Told, RouterStream> feed) {
            this.feed = feed;
        }

        public String session() {
            return feed.end().session();
        }

        public void report(RouterStream.Report report) {
            if (!feed.gone()) {
                feed.heard();
                feed.end().hear(report);
                proposer.wake();
            }
        }

        public void broke() {
            feed.broke();
            proposer.wake();
        }
    }

    /** {@code FeedService.renewLease}. @param answer called when it was granted */
    public void renew(RegionId asker, long attempt, Consumer<Granted> answer) {
        Granted before = answered.get(asker);
        if (before != null && rules.renewalFromCache()) {
            answer.accept(before);
            return;
        }
        var command = new Command.RenewLease(now(), asker, "main", "i", attempt, LEASE);
        log.submit(region, command, outcome -> {
            if (outcome instanceof Outcome.Committed committed && machine.up()) {
                long generation = replica()
                        .lease(asker, "main")
                        .map(RegionLease::generation)
                        .orElse(0L);
                var granted = new Granted(generation, committed.receipt().at().number(), LEASE);
                answered.put(asker, granted);
                answer.accept(granted);
            }
        });
    }

    // ---- what happens to it

    public void crash() {
        machine.crash();
        agents.forEach(Feed::finish);
        routers.forEach(Feed::finish);
        agents.clear();
        routers.clear();
        answered.clear();
    }

    public void restart() {
        machine.start();
        run();
    }
}
