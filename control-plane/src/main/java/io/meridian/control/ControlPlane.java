package io.meridian.control;

import io.meridian.control.clock.DrillScheduler;
import io.meridian.control.clock.FailoverAdviser;
import io.meridian.control.clock.LeaderClock;
import io.meridian.control.clock.LogicReporter;
import io.meridian.control.cluster.Logic;
import io.meridian.control.command.CommandPort;
import io.meridian.control.feed.FeedConfig;
import io.meridian.control.feed.FeedFigures;
import io.meridian.control.feed.FeedServer;
import io.meridian.control.feed.LeaseConfig;
import io.meridian.control.feed.OrphanSeen;
import io.meridian.control.observe.ObservedCommandPort;
import io.meridian.control.raft.DryRunCommandPort;
import io.meridian.control.raft.RaftCommandPort;
import io.meridian.control.raft.RaftConfig;
import io.meridian.control.raft.RaftNode;
import io.meridian.control.raft.RaftSettings;
import io.meridian.control.raft.StateCodec;
import io.meridian.control.rest.MoveConfig;
import io.meridian.control.signing.CertificateSigner;
import io.meridian.control.signing.NodeKey;
import io.meridian.control.signing.SigningConfig;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** One node of the control plane, put together: log, ports, feeds, clock. */
@Startup
@Singleton
public class ControlPlane {
    private static final Logger LOG = Logger.getLogger(ControlPlane.class);

    private final RaftNode node;
    private final CommandPort commands;
    private final DryRunCommandPort previews;
    private final FeedServer feeds;
    private final LeaderClock leaderClock;
    private final FailoverAdviser adviser;
    private final DrillScheduler scheduler;
    private final LogicReporter logic;
    private final CertificateSigner signer;
    private final String region;

    @Inject
    public ControlPlane(
            RaftConfig raft,
            FeedConfig feed,
            LeaseConfig lease,
            MoveConfig moves,
            SigningConfig signing,
            @ConfigProperty(name = "meridian.region") String region,
            MeterRegistry registry,
            Tracer tracer)
            throws IOException {
        var key = NodeKey.at(signing.keyFile());
        var codec = new StateCodec();
        this.region = region;
        node = new RaftNode(settings(raft), codec);
        commands = new ObservedCommandPort(new RaftCommandPort(node, codec), registry, tracer);
        previews = new DryRunCommandPort(node);
        Clock clock = Clock.systemUTC();
        leaderClock = new LeaderClock(commands, node.applied(), clock, node::leads);
        adviser = new FailoverAdviser(
                commands,
                node.applied(),
                clock,
                node::leads,
                new FailoverAdviser.Terms(moves.limits(), lease.duration(), lease.transactionLimit()));
        scheduler = new DrillScheduler(commands, node.applied(), clock, node::leads);
        logic = new LogicReporter(commands, node.applied(), clock, raft.node(), Logic.NEWEST);
        signer = new CertificateSigner(
                commands, node.applied(), clock, node::leads, node::settledVoters, raft.node(), key);
        feeds = new FeedServer(
                raft.node(),
                feed.port(),
                node.applied(),
                commands,
                clock,
                () -> node.leader().isPresent(),
                lease.duration());
        LOG.infof("control plane started node=%s raft_port=%d feed_port=%d", raft.node(), raft.port(), feeds.port());
    }

    private static RaftSettings settings(RaftConfig raft) {
        Map<String, String> voters = new LinkedHashMap<>();
        for (String voter : raft.voters()) {
            int sign = voter.indexOf('=');
            if (sign <= 0 || voter.indexOf(':', sign) < 0) {
                throw new IllegalStateException(
                        "meridian.raft.voters: '" + voter + "' is not name=host:port, as in east=127.0.0.1:21012");
            }
            voters.put(
                    voter.substring(0, sign).strip(), voter.substring(sign + 1).strip());
        }
        if (!raft.join() && !voters.containsKey(raft.node())) {
            throw new IllegalStateException("meridian.raft.node '" + raft.node() + "' is not among the voters " + voters
                    + "; a node that joins them says meridian.raft.join=true");
        }
        return new RaftSettings(
                raft.node(),
                raft.port(),
                voters,
                raft.join(),
                raft.storage(),
                raft.electionMin(),
                raft.electionMax(),
                raft.requestTimeout(),
                raft.snapshotAfter(),
                Logic.NEWEST);
    }

    public RaftNode node() {
        return node;
    }

    public CommandPort commands() {
        return commands;
    }

    public DryRunCommandPort previews() {
        return previews;
    }

    /** Where this node stands; voters are named after their regions. */
    public String region() {
        return region;
    }

    /** Every router that is known, by name, as freshly as this node can tell; without a quorum, too. */
    public SortedMap<String, RouterSession> routers() {
        return feeds.routers();
    }

    /** By region and group, as freshly as this node can tell. */
    public SortedMap<String, List<AgentObservation.Parked>> parked(ControlState state) {
        return feeds.parked(state);
    }

    /** The newest of each store whose agent is attached to this node. */
    public List<OrphanSeen> orphans() {
        return feeds.orphans();
    }

    public FeedFigures feedFigures() {
        return feeds.figures();
    }

    public int feedPort() {
        return feeds.port();
    }

    @PreDestroy
    void stop() throws Exception {
        logic.close();
        signer.close();
        scheduler.close();
        adviser.close();
        leaderClock.close();
        feeds.close();
        node.close();
    }
}
