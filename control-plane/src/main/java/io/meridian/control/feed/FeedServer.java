package io.meridian.control.feed;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.meridian.control.command.CommandPort;
import io.meridian.control.state.AgentObservation;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.RouterSession;
import io.meridian.control.state.StateSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Listens for agents and routers. */
public final class FeedServer implements AutoCloseable {
    private final Server server;
    private final Proposer proposer;
    private final StateSource source;
    private final Attached attached = new Attached();
    private final FeedCounters counters = new FeedCounters();
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param port 0: any free one
     * @param leaderKnown whether this node hears the quorum
     * @param lease how long a renewal is good for
     */
    public FeedServer(
            String node,
            int port,
            StateSource source,
            CommandPort commands,
            Clock clock,
            BooleanSupplier leaderKnown,
            Duration lease)
            throws IOException {
        this.source = source;
        proposer = new Proposer(commands, source, attached, clock);
        var shared = new FeedNode(
                node,
                source,
                commands,
                attached,
                proposer,
                () -> leaderKnown.getAsBoolean() && proposer.heard(),
                counters);
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .executor(calls)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMessageSize(16 << 20)
                .addService(new FeedService(shared, clock, lease))
                .build()
                .start();
    }

    public int port() {
        return server.getPort();
    }

    /** Every router that is known, by name, as freshly as this node can tell. */
    public SortedMap<String, RouterSession> routers() {
        return attached.sessions(source.current());
    }

    /** The newest orphans of each store whose agent is attached here. */
    public List<OrphanSeen> orphans() {
        return attached.orphans();
    }

    /** By region and group; what waits in a store whose agent is attached elsewhere is told at most five seconds late, the oldest of it only. */
    public SortedMap<String, List<AgentObservation.Parked>> parked(ControlState state) {
        return attached.parked(state);
    }

    public FeedFigures figures() {
        return attached.figures(counters);
    }

    @Override
    public void close() throws Exception {
        server.shutdownNow();
        server.awaitTermination(2, TimeUnit.SECONDS);
        proposer.close();
        calls.shutdownNow();
    }
}
